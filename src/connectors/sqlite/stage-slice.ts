import { SinkWorker, threadEntry } from '../../host/index.ts';
import type { Staged, StageOrder } from './stage-copy-text.ts';
import { removeStaged } from './staged-pages.ts';

/** Slices that are staged at the same time; each has a thread and a file. */
export const stagesMax = 2;

/** A staged slice; its file goes when it is disposed of. */
export interface StagedSlice extends Staged, Disposable {
  readonly path: string;
}

/**
 * Stages slices beside the thread that everything else runs on, in files beside the target: nobody can read those who cannot
 * read the target. What a killed process left there is removed by the next one.
 */
export class Stages implements AsyncDisposable {
  readonly #path: string;
  readonly #free: Stage[];

  /** @param path of the target */
  constructor(path: string) {
    this.#path = path;
    this.#free = Array.from({ length: stagesMax }, (_nothing, number) => ({ number, worker: null }));
  }

  async stage(order: Omit<StageOrder, 'path'>, chunks: AsyncIterable<Uint8Array>): Promise<StagedSlice> {
    const stage = this.#free.shift();
    if (stage === undefined) throw new RangeError('more slices are staged at once than there are stages');
    const path = `${this.#path}-godwit-stage-${stage.number}`;
    const release = (): void => {
      removeStaged(path);
      this.#free.push(stage);
    };
    try {
      stage.worker ??= new SinkWorker(threadEntry('stage-thread', import.meta.url));
      const whole: StageOrder = { ...order, path };
      const staged = await stage.worker.feed<Staged>(whole, chunks);
      return { ...staged, path, [Symbol.dispose]: release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { worker } of this.#free.splice(0)) await worker?.[Symbol.asyncDispose]();
  }
}

interface Stage {
  readonly number: number;
  worker: SinkWorker | null;
}
