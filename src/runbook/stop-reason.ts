/** Why a rule says stop. */
export interface StopReason {
  readonly code: StopCode;
  /** What the rule speaks of where it stands for several: a system, `relation.field`. Left out where it speaks of one thing. */
  readonly about?: string;
  /** What was seen, and the limit. */
  readonly reason: string;
  /** What was seen, as a decimal number: what a person signs who lets it go on. Null where nobody can. */
  readonly observed: string | null;
}

export type StopCode =
  | 'runbook.stop-counts'
  | 'runbook.stop-quarantine'
  | 'runbook.stop-audit'
  | 'runbook.stop-ids'
  | 'runbook.stop-timestamps'
  | 'runbook.stop-slow'
  | 'runbook.stop-shrinking'
  | 'runbook.stop-replica-lag'
  | 'runbook.stop-lock-wait'
  | 'runbook.stop-log-written'
  | 'runbook.stop-log-kept'
  | 'runbook.stop-api-calls'
  | 'runbook.stop-totals'
  | 'runbook.stop-range'
  | 'runbook.stop-restore'
  | 'runbook.stop-personal'
  | 'runbook.stop-unseen'
  | 'runbook.stop-window'
  | 'runbook.stop-point'
  | 'runbook.stop-person';

/** How ledger and signatures name the rule: a signature for the lag of the target is none for that of the source. */
export function ruleName({ code, about }: Pick<StopReason, 'code' | 'about'>): string {
  return about === undefined ? code : `${code} (${about})`;
}
