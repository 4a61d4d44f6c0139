import { ChunkWorker, threadEntry } from '../../host/index.ts';
import { findField, isGodwitError, type Relation, type Slice } from '../../model/index.ts';
import type { BulkLoad, Exports } from '../port.ts';
import type { SqliteAddress } from './address.ts';
import type { TextEncodingName } from './exact-record.ts';
import type { ExportOrder } from './export-thread.ts';
import type { FrozenView } from './frozen-view.ts';
import type { PagePlan } from './page-plan.ts';
import type { RelationLayout } from './relation-layout.ts';

/** Threads that read slices at the same time; each has a connection and a chunk in hand. */
export const threadsMax = 4;

/**
 * Slices of a snapshot as binary COPY, read and written by threads beside this one, each with a connection of its own; from the
 * pages of the file where these are known.
 *
 * Invariants: 1. a thread that cannot prove that it sees what the snapshot sees gives nothing. 2. the threads end with the
 * snapshot.
 */
export class SqliteExports implements Exports, AsyncDisposable {
  readonly formats = ['postgres-binary-encoded'] as const;
  readonly #address: SqliteAddress;
  readonly #view: FrozenView;
  readonly #encoding: TextEncodingName;
  readonly #layoutOf: (relation: Relation) => RelationLayout;
  readonly #planOf: (relation: Relation) => PagePlan | string;
  readonly #signal: AbortSignal;
  readonly #threads: Thread[] = [];

  constructor(
    address: SqliteAddress,
    view: FrozenView,
    encoding: TextEncodingName,
    layoutOf: (relation: Relation) => RelationLayout,
    planOf: (relation: Relation) => PagePlan | string,
    signal: AbortSignal,
  ) {
    this.#address = address;
    this.#view = view;
    this.#encoding = encoding;
    this.#layoutOf = layoutOf;
    this.#planOf = planOf;
    this.#signal = signal;
  }

  async refuses(relation: Relation, load: BulkLoad): Promise<string | null> {
    if (this.#layoutOf(relation).numbered) return 'a view of SQLite has no lasting order';
    if (load.fields.some(({ source }) => source.kind === 'computed'))
      return 'a file of SQLite computes nothing';
    if (load.fields.some(({ source }) => source.kind === 'read' && source.zone !== null))
      return 'it holds texts, of which the zone is applied one by one';
    if (this.#view.kind === 'unproven')
      return 'the file is written to, so a second reader may not see the same';
    try {
      await this.#takeThread();
      return null;
    } catch (error) {
      if (isGodwitError(error, 'sqlite.moved-on'))
        return 'the file was written to since the run began to read it';
      throw error;
    }
  }

  async *export(relation: Relation, slice: Slice, load: BulkLoad): AsyncGenerator<Uint8Array> {
    const thread = await this.#takeThread();
    thread.orders += 1;
    try {
      const plan = this.#planOf(relation);
      const pages = typeof plan === 'string' ? null : plan;
      const order: ExportOrder = { kind: 'slice', relation, slice, load, pages };
      for await (const chunk of thread.worker.chunks(order)) {
        this.#signal.throwIfAborted();
        yield chunk;
      }
    } finally {
      thread.orders -= 1;
    }
  }

  async describe(relation: Relation): Promise<string> {
    const plan = this.#planOf(relation);
    return typeof plan === 'string' ? `read through SQLite: ${plan}` : 'read from the pages of the file';
  }

  /** Whatever collation a field has, keys are read in the order of bytes; whole numbers in theirs, as everywhere. */
  async order(relation: Relation): Promise<string> {
    const kinds = relation.identity.map((name) => findField(relation, name)?.type.kind);
    const text = this.#encoding === 'utf-8' ? 'bytes' : 'bytes of UTF-16';
    return kinds.map((kind) => (kind === 'integer' ? '' : kind === 'text' ? text : 'as SQLite')).join('; ');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { worker } of this.#threads.splice(0)) await worker[Symbol.asyncDispose]();
  }

  /** One that is idle, else a new one, else the one with the least to do. */
  async #takeThread(): Promise<Thread> {
    const [least] = this.#threads.toSorted((a, b) => a.orders - b.orders);
    if (least && (least.orders === 0 || this.#threads.length >= threadsMax)) return least;
    const worker = new ChunkWorker(threadEntry('connectors/sqlite/export-thread'));
    try {
      const order: ExportOrder = { kind: 'open', address: this.#address, view: this.#view };
      for await (const _nothing of worker.chunks(order));
    } catch (error) {
      await worker[Symbol.asyncDispose]();
      if (least) return least;
      throw error;
    }
    const thread = { worker, orders: 0 };
    this.#threads.push(thread);
    return thread;
  }
}

interface Thread {
  readonly worker: ChunkWorker;
  orders: number;
}
