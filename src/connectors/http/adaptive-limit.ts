export interface AdaptiveLimitOptions {
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** Added for each round of good answers; 1 unless told. */
  readonly step?: number;
  /** What remains of it after a bad one; a half unless told. */
  readonly remains?: number;
}

/**
 * A limit that grows while the other side bears it and shrinks when it does not: additive increase, multiplicative decrease
 * (Chiu and Jain, 1989). Used for attempts under way together and for the size of batches.
 */
export class AdaptiveLimit {
  readonly #options: Required<AdaptiveLimitOptions>;
  #limit: number;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = { step: 1, remains: 0.5, ...options };
    this.#limit = options.start;
  }

  /** Whole, at least `least`. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** @param used how much of the limit was in use: what was never tried teaches nothing */
  grow(used: number): void {
    const { step, most } = this.#options;
    if (used < this.limit) return;
    this.#limit = Math.min(
      most,
      this.#limit + (step * Math.max(1, used)) / (this.#limit * Math.max(1, used)),
    );
  }

  shrink(): void {
    const { least, remains } = this.#options;
    this.#limit = Math.max(least, this.#limit * remains);
  }

  /** The other side named its bound, or showed it. */
  capAt(most: number): void {
    this.#limit = Math.max(this.#options.least, Math.min(this.#limit, most));
  }
}
