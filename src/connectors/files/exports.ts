import { ChunkWorker, threadEntry } from '../../host/index.ts';
import type { Relation, Slice } from '../../model/index.ts';
import type { BulkLoad, Exports } from '../port.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import type { ExportOrder } from './export-thread.ts';
import type { RelationFile } from './load-relation-file.ts';

/** Threads that read slices at the same time. */
export const threadsMax = 4;

/** What a slice is read from: the file, and a place at or before the first record behind a line. */
export interface SliceDoor {
  entry(relation: Relation): Promise<CatalogEntry>;
  startOf(entry: CatalogEntry, after: number): Promise<ExportOrder['start']>;
}

/**
 * Slices of CSV files as binary COPY, read and written by threads beside this one. A thread looks at the end whether the file
 * is still the one that the snapshot found, as every read does. The threads end with the snapshot.
 */
export class FilesExports implements Exports, AsyncDisposable {
  readonly formats = ['postgres-binary-encoded'] as const;
  readonly #door: SliceDoor;
  readonly #signal: AbortSignal;
  readonly #threads: Thread[] = [];

  constructor(door: SliceDoor, signal: AbortSignal) {
    this.#door = door;
    this.#signal = signal;
  }

  async refuses(relation: Relation, load: BulkLoad): Promise<string | null> {
    const { file } = await this.#door.entry(relation);
    if (load.fields.some(({ source }) => source.kind === 'computed')) return 'a file computes nothing';
    if (load.fields.some(({ source }) => source.kind === 'read' && source.zone !== null))
      return 'it holds texts, of which the zone is applied one by one';
    return whyNot(file);
  }

  async *export(relation: Relation, slice: Slice, load: BulkLoad): AsyncGenerator<Uint8Array> {
    const entry = await this.#door.entry(relation);
    const after = Number(slice.after?.[0] ?? 0);
    const upTo = Number(slice.upTo?.[0] ?? Number.POSITIVE_INFINITY);
    const start = await this.#door.startOf(entry, after);
    const order: ExportOrder = { file: entry.file, load, start, after, upTo };
    const thread = this.#takeThread();
    thread.orders += 1;
    try {
      for await (const chunk of thread.worker.chunks(order)) {
        this.#signal.throwIfAborted();
        yield chunk;
      }
    } finally {
      thread.orders -= 1;
    }
  }

  /** By lines, which no other system knows. */
  async order(): Promise<string> {
    return 'lines';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { worker } of this.#threads.splice(0)) await worker[Symbol.asyncDispose]();
  }

  #takeThread(): Thread {
    const [least] = this.#threads.toSorted((a, b) => a.orders - b.orders);
    if (least && (least.orders === 0 || this.#threads.length >= threadsMax)) return least;
    const thread = { worker: new ChunkWorker(threadEntry('export-thread', import.meta.url)), orders: 0 };
    this.#threads.push(thread);
    return thread;
  }
}

interface Thread {
  readonly worker: ChunkWorker;
  orders: number;
}

function whyNot({ dialect, found }: RelationFile): string | null {
  if (dialect.csv === null) return 'documents of JSON Lines have to be read';
  if (dialect.encoding !== 'utf-8')
    return `${found.name} is written in ${dialect.encoding}, which has to be read`;
  if (dialect.compression !== 'none')
    return `${found.name} is compressed, so no slice can begin in its middle`;
  return null;
}
