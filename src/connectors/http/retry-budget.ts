export interface RetryBudgetOptions {
  /** Repeated attempts allowed for each call that succeeded. */
  readonly share: number;
  /** Repeated attempts allowed before anything succeeded; also the most that is ever saved up. */
  readonly most: number;
}

/** Keeps repeated attempts to a share of the calls: a system that suffers is not drowned by what it failed to answer. */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  #left: number;

  constructor(options: RetryBudgetOptions) {
    this.#options = options;
    this.#left = options.most;
  }

  succeeded(): void {
    this.#left = Math.min(this.#options.most, this.#left + this.#options.share);
  }

  /** Whether one more attempt may be repeated; it is taken. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
