export interface CircuitOptions {
  /** After so many failures in a row nobody sends. */
  readonly failures: number;
  readonly restMs: number;
  /** The rest doubles with each probe that fails, up to this. */
  readonly restMostMs: number;
}

/**
 * Stands between the calls and a system that fails: closed, calls pass; after failures in a row it is open, and nobody sends for
 * a while; then one attempt goes ahead as a probe, and its outcome closes or opens it again (Nygard, "Release It!", 2007).
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #failures = 0;
  #restMs: number;
  /** Null while closed; else when it may be probed. */
  #probeAtMs: number | null = null;
  #probing = false;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#restMs = options.restMs;
  }

  get open(): boolean {
    return this.#probeAtMs !== null;
  }

  /** 0 where an attempt may go now; `Infinity` while a probe is under way, whose end says more. */
  waitMs(nowMs: number): number {
    if (this.#probeAtMs === null) return 0;
    if (this.#probing) return Infinity;
    return Math.max(0, this.#probeAtMs - nowMs);
  }

  /** The attempt that was let through leaves. */
  leave(): void {
    if (this.#probeAtMs !== null) this.#probing = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = this.#options.restMs;
    this.#probeAtMs = null;
    this.#probing = false;
  }

  failed(nowMs: number): void {
    this.#failures += 1;
    if (this.#probing) this.#restMs = Math.min(this.#options.restMostMs, this.#restMs * 2);
    else if (this.#failures < this.#options.failures || this.#probeAtMs !== null) return;
    this.#probing = false;
    this.#probeAtMs = nowMs + this.#restMs;
  }
}
