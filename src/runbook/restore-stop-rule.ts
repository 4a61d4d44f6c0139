import type { StopRules } from '../model/index.ts';
import type { StopReason } from './stop-reason.ts';

/** The newest drill of the last way out, and what was approved of it. */
export interface RestoreSeen {
  readonly approvedMs: number;
  readonly durationMs: number;
  /** ISO instant in UTC. */
  readonly drilledAt: string;
  readonly passed: boolean;
}

/** A run goes on only while its last way out is as good as the one that people agreed to. */
export function restoreReason(
  { restoreTimeFactor }: StopRules,
  seen: RestoreSeen | undefined,
): StopReason | null {
  if (restoreTimeFactor === undefined || !seen) return null;
  const { approvedMs, durationMs, drilledAt, passed } = seen;
  const took = Math.ceil(durationMs);
  const observed = String(took);
  const code = 'runbook.stop-restore';
  if (!passed)
    return { code, about: 'not passed', reason: `the restore drill of ${drilledAt} did not pass`, observed };
  if (durationMs <= approvedMs * restoreTimeFactor) return null;
  const reason = `restoring the backup took ${took} ms in the drill of ${drilledAt}; approved were ${approvedMs} ms, agreed is ${restoreTimeFactor} times that`;
  return { code, reason, observed };
}
