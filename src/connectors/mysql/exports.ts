import { ChunkWorker, threadEntry } from '../../host/index.ts';
import type { Relation, Slice } from '../../model/index.ts';
import type { BulkLoad, Exports } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { unwritable } from './encode-record.ts';
import type { ExportOrder } from './export-thread.ts';
import { orderName } from './key-order.ts';

/** Threads that read slices at the same time; each has a session and some chunks in hand. */
const threadsMax = 2;

/** The session that holds the snapshot. */
export interface SnapshotDoor {
  /** Its connection, as the server numbers it. */
  connection(): Promise<string>;
  /** A slice through it, in turns with everything else that is read through it. */
  export(relation: Relation, slice: Slice, load: BulkLoad): AsyncIterable<Uint8Array>;
  /** What an error of a thread means. */
  fault(error: unknown, relation: string): unknown;
}

/**
 * Slices of a snapshot as binary COPY, read and written by threads beside this one, each with a session of its own.
 *
 * Invariants: 1. a thread that cannot prove that its session sees what the snapshot sees gives nothing: then slices come
 * through the snapshot's own session, one after the other. 2. the threads end with the snapshot, and when the work is stopped.
 */
export class MysqlExports implements Exports, AsyncDisposable {
  readonly formats = ['postgres-binary-encoded'] as const;
  readonly #system: string;
  readonly #address: MysqlAddress;
  readonly #door: SnapshotDoor;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.#end();
  #threads: Promise<readonly Thread[]> | null = null;

  constructor(system: string, address: MysqlAddress, door: SnapshotDoor, signal: AbortSignal) {
    this.#system = system;
    this.#address = address;
    this.#door = door;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  /** The threads are opened when a load is first planned: the sooner after the snapshot, the likelier they see the same. */
  async refuses(_relation: Relation, load: BulkLoad): Promise<string | null> {
    if (load.fields.some(({ source }) => source.kind === 'computed'))
      return 'this source computes nothing on the way';
    const single = unwritable(load);
    if (single) return `${single.name} (${single.native}) has to be read value by value`;
    await this.#opened();
    return null;
  }

  async slicesAtOnceMax(): Promise<number> {
    return Math.max(1, (await this.#opened()).length);
  }

  async *export(relation: Relation, slice: Slice, load: BulkLoad): AsyncGenerator<Uint8Array> {
    const [thread] = (await this.#opened()).toSorted((a, b) => a.orders - b.orders);
    if (thread === undefined) {
      yield* this.#door.export(relation, slice, load);
      return;
    }
    thread.orders += 1;
    try {
      const order: ExportOrder = { kind: 'slice', relation, slice, load };
      yield* thread.worker.chunks(order);
    } catch (error) {
      throw this.#door.fault(error, relation.name);
    } finally {
      thread.orders -= 1;
    }
  }

  async order(relation: Relation): Promise<string> {
    return orderName(relation, relation.identity);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    await this.#end();
  }

  async #opened(): Promise<readonly Thread[]> {
    this.#threads ??= this.#open();
    return this.#threads;
  }

  /** All of them or none: that one sees the same and another does not says that somebody is writing. */
  async #open(): Promise<readonly Thread[]> {
    const { password } = this.#address;
    const order: ExportOrder = {
      kind: 'open',
      system: this.#system,
      address: { ...this.#address, password: password?.reveal() ?? null },
      beside: await this.#door.connection(),
    };
    const threads = Array.from({ length: threadsMax }, () => ({
      worker: new ChunkWorker(threadEntry('connectors/mysql/export-thread')),
      orders: 0,
    }));
    const same = await Promise.all(threads.map(async ({ worker }) => seesTheSame(worker, order)));
    if (same.every(Boolean) && !this.#signal.aborted) return threads;
    for (const { worker } of threads) await worker[Symbol.asyncDispose]();
    return [];
  }

  async #end(): Promise<void> {
    // Those that could not be opened were told to whoever asked for them.
    const threads = (await this.#threads?.catch(() => [])) ?? [];
    for (const { worker } of threads) await worker[Symbol.asyncDispose]();
  }
}

interface Thread {
  readonly worker: ChunkWorker;
  orders: number;
}

/** A thread that gets no session of its own has nothing to give; the snapshot's session is there. */
async function seesTheSame(worker: ChunkWorker, order: ExportOrder): Promise<boolean> {
  try {
    let same = false;
    for await (const bytes of worker.chunks(order)) same = bytes[0] === 1;
    return same;
  } catch {
    return false;
  }
}
