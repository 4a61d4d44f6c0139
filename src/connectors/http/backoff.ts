import type { Random } from '../../host/index.ts';

/** An evenly drawn number from 0 up to, not including, 1. */
function drawFraction(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32;
}

export interface BackoffOptions {
  readonly random: Random;
  readonly baseMs: number;
  readonly mostMs: number;
}

/**
 * How long to wait before attempt `attempt + 1`: evenly drawn between 0 and a bound that doubles (full jitter: Brooker,
 * "Exponential Backoff And Jitter", 2015). Never less than what the other side asked for.
 *
 * @param attempt how many attempts there were, from 1
 * @param askedMs what the vendor said; null where it said nothing
 */
export function backoffMs(attempt: number, askedMs: number | null, options: BackoffOptions): number {
  const bound = Math.min(options.mostMs, options.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.ceil((askedMs ?? 0) + drawFraction(options.random) * bound);
}
