import { ChunkWorker, threadEntry } from '../../host/index.ts';
import type { FileOrder } from './export-thread.ts';

/** Threads that read a file at the same time. */
export const threadsMax = 4;

/** The threads of a snapshot: each order goes to the one that has least to do. */
export class FileThreads implements AsyncDisposable {
  readonly #threads: Thread[] = [];

  /** Begins so many of them, each of which takes a tenth of a second, before the first order comes. */
  begin(count: number): void {
    while (this.#threads.length < count) this.#add();
  }

  async *chunks(order: FileOrder): AsyncGenerator<Uint8Array> {
    const thread = this.#take();
    thread.orders += 1;
    try {
      yield* thread.worker.chunks(order);
    } finally {
      thread.orders -= 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { worker } of this.#threads.splice(0)) await worker[Symbol.asyncDispose]();
  }

  #take(): Thread {
    const [least] = this.#threads.toSorted((a, b) => a.orders - b.orders);
    if (least && (least.orders === 0 || this.#threads.length >= threadsMax)) return least;
    return this.#add();
  }

  #add(): Thread {
    const thread = { worker: new ChunkWorker(threadEntry('connectors/files/export-thread')), orders: 0 };
    this.#threads.push(thread);
    return thread;
  }
}

interface Thread {
  readonly worker: ChunkWorker;
  orders: number;
}
