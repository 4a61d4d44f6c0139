/** A timer that should have come long ago says that this process did not run: the machine was paused, or all that runs beside it. */
export const longMs = 1_000;
const everyMs = 100;

/**
 * Notices when the machine stands still. What was measured meanwhile says nothing of what was to be measured, neither good nor bad, and
 * has to be measured again.
 */
export class Standstills implements Disposable {
  readonly #nowMs: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastMs: number;
  #count = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** How often it stood still up to now. */
  get count(): number {
    this.#look();
    return this.#count;
  }

  #look(): void {
    const now = this.#nowMs();
    if (now - this.#lastMs > longMs) this.#count += 1;
    this.#lastMs = now;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
