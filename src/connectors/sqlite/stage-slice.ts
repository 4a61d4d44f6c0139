import { SinkWorker, threadEntry } from '../../host/index.ts';
import type { Staged, StageOrder } from './stage-copy-text.ts';
import { removeStaged } from './staged-pages.ts';

/** Slices that are there staged, or being staged, at the same time; each has a file, and all of them one thread. */
export const stagesMax = 2;

/** A staged slice; its file goes when it is disposed of. */
export interface StagedSlice extends Staged, Disposable {
  readonly path: string;
}

/**
 * Stages slices beside the thread that everything else runs on, one after the other: while one is written the next is staged. The
 * files are beside the target: nobody can read those who cannot read the target. What a killed process left there is removed
 * by the next one.
 */
export class Stages implements AsyncDisposable {
  readonly #path: string;
  readonly #free: number[] = Array.from({ length: stagesMax }, (_nothing, number) => number);
  #worker: SinkWorker | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param path of the target */
  constructor(path: string) {
    this.#path = path;
  }

  /** Begins the thread, which takes a tenth of a second, before the first slice comes. */
  begin(): SinkWorker {
    this.#worker ??= new SinkWorker(threadEntry('connectors/sqlite/stage-thread'));
    return this.#worker;
  }

  async stage(order: Omit<StageOrder, 'path'>, chunks: AsyncIterable<Uint8Array>): Promise<StagedSlice> {
    const number = this.#free.shift();
    if (number === undefined) throw new RangeError('more slices are staged at once than there are stages');
    const path = `${this.#path}-godwit-stage-${number}`;
    const release = (): void => {
      removeStaged(path);
      this.#free.push(number);
    };
    try {
      const staged = await this.#inTurn({ ...order, path }, chunks);
      return { ...staged, path, [Symbol.dispose]: release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.[Symbol.asyncDispose]();
  }

  async #inTurn(order: StageOrder, chunks: AsyncIterable<Uint8Array>): Promise<Staged> {
    const mine = this.#last.then(async () => this.begin().feed<Staged>(order, chunks));
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
