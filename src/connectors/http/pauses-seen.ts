import type { QuotaCharge } from '../../model/index.ts';

/** Stand for a quota's name where the circuit, or a refusal that no quota of ours explains, is what is waited for. */
export const circuitName = 'circuit';
export const refusedName = 'refused';
const noQuotas = new Set([circuitName, refusedName]);

/**
 * Knows when calls that waited go on. What left before the wait says nothing of it when its answer comes: only a call that left
 * after it began, and was worked on, does.
 */
export class PausesSeen {
  /** What is waited for, and since when. */
  readonly #since = new Map<string, number>();
  readonly #goOn: () => void;

  constructor(goOn: () => void) {
    this.#goOn = goOn;
  }

  began(because: string, nowMs: number): void {
    if (!this.#since.has(because)) this.#since.set(because, nowMs);
  }

  /** @param leftMs when the call left that the system worked on */
  letThrough(charges: readonly QuotaCharge[], leftMs: number): void {
    if (this.#since.size === 0) return;
    const quotas = new Set(charges.map(({ quota }) => quota.name));
    for (const [because, sinceMs] of this.#since)
      if (leftMs >= sinceMs && (quotas.has(because) || noQuotas.has(because))) this.#since.delete(because);
    if (this.#since.size === 0) this.#goOn();
  }
}
