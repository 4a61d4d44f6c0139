import type { Clock, Log, Random } from '../host/index.ts';
import { type GodwitError, isGodwitError } from '../model/index.ts';
import { retriesExhausted } from './faults.ts';
import type { RetryLimits } from './limits.ts';
import type { Stall } from './stall-watch.ts';

export interface RetryContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly limits: RetryLimits;
  /** Called after the wait and before the next attempt: opens the connections anew. */
  readonly renew: () => Promise<void>;
  /** What was seen to hold the work up, for who has to decide; absent where nobody looks. */
  readonly cause?: () => Stall | null;
}

export type Retried<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'stopped' };

/**
 * Repeats the work while it fails with `fate: 'later'`, waiting with full jitter (a uniformly random part of the
 * exponential step: it spreads many clients best), until the budget is used; then the error asks for a person.
 */
export async function retryLater<Result>(
  context: RetryContext,
  work: () => Promise<Result>,
): Promise<Retried<Result>> {
  const startedMs = context.clock.elapsedMs();
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (attempt > 1) await context.renew();
      return { kind: 'done', result: await work() };
    } catch (error) {
      // A system that gave up in the midst of it, because it was asked to: the same end as before it or behind it.
      if (context.signal.aborted && error === context.signal.reason) return { kind: 'stopped' };
      if (!isGodwitError(error) || error.fate !== 'later') throw error;
      const waitedMs = context.clock.elapsedMs() - startedMs;
      if (waitedMs >= context.limits.budgetMs)
        throw retriesExhausted(error, attempt, waitedMs, context.cause?.() ?? null);
      if (!(await waitForTurn(context, attempt, error))) return { kind: 'stopped' };
    }
  }
}

/** False when the wait was ended by the signal. */
async function waitForTurn(context: RetryContext, attempt: number, error: GodwitError): Promise<boolean> {
  const { baseMs, capMs } = context.limits;
  const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  const delayMs = Math.round(randomShare(context.random) * ceilingMs);
  context.log.warn('the other side is away; trying again', { code: error.code, attempt, delayMs });
  try {
    await context.clock.sleep(delayMs, context.signal);
    return true;
  } catch (reason) {
    if (context.signal.aborted) return false;
    throw reason;
  }
}

/** Uniform from 0 to 1, with 32 bits. */
function randomShare(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32;
}
