import type { createLogUpdate } from 'log-update';
import { visibleLine } from '../reports/index.ts';
import type { Output } from './output.ts';

type Update = ReturnType<typeof createLogUpdate>;

/**
 * Live progress: one line that rewrites itself on a terminal, a plain line every few seconds otherwise. Numbers are handed in
 * by whoever knows them from the target; this only writes.
 */
export class ProgressDisplay implements Disposable {
  readonly #output: Output;
  readonly #update: Update | null;
  readonly #elapsedMs: () => number;
  #lastMs = Number.NEGATIVE_INFINITY;

  private constructor(output: Output, update: Update | null, elapsedMs: () => number) {
    this.#output = output;
    this.#update = update;
    this.#elapsedMs = elapsedMs;
  }

  /** @param elapsedMs milliseconds that never go backwards */
  static async on(output: Output, elapsedMs: () => number): Promise<ProgressDisplay> {
    // Loading it takes 40 ms, which only a terminal is worth.
    const update = output.interactive ? (await import('log-update')).createLogUpdate(process.stderr) : null;
    return new ProgressDisplay(output, update, elapsedMs);
  }

  show(text: string): void {
    const now = this.#elapsedMs();
    const everyMs = this.#update === null ? 5_000 : 100;
    if (now - this.#lastMs < everyMs) return;
    this.#lastMs = now;
    if (this.#update === null) this.#output.progressLine(text);
    else this.#update(visibleLine(text));
  }

  /** Leaves a last line standing. */
  done(text: string): void {
    this.#update?.clear();
    this.#output.progressLine(text);
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }

  [Symbol.dispose](): void {
    this.#update?.clear();
  }
}
