import type { Notary } from '../host/index.ts';
import { holdInWords, type RunbookStep } from '../model/index.ts';
import type { StopReason } from './stop-reason.ts';

/** What is to be seen at a hard stop, before anything of its step is done. Nothing in it changes while nothing happens. */
export interface StopPointSeen {
  /** The relations the step writes into, and how many records they hold now; decimal digits. */
  readonly holds: readonly { readonly relation: string; readonly rows: string }[];
  /** What the run has done so far, object by object. */
  readonly objects: readonly {
    readonly object: string;
    readonly rowsWritten: number;
    readonly rowsQuarantined: number;
    readonly rowsPurged: number;
  }[];
  /** Steps that are done: the check of each holds. */
  readonly done: readonly string[];
}

/**
 * Why a run is held before a step, in the words that are signed. The rule carries the digest of these words, so that a signature
 * over other counts, or other checks, lifts nothing.
 */
export function stopPointReason(
  step: Pick<RunbookStep, 'id' | 'stopPoint' | 'holds' | 'title'>,
  { holds, objects, done }: StopPointSeen,
  digest: Notary['digest'],
): StopReason {
  const reason = [
    `before ${step.id}: ${step.stopPoint ?? step.title}`,
    ...(step.holds ? [`it ${holdInWords[step.holds]}`] : []),
    ...holds.map(({ relation, rows }) => `${relation} holds ${rows} records, as agreed`),
    `done and checked: ${done.join(', ') || 'no step'}`,
    ...objects.map(
      ({ object, rowsWritten, rowsQuarantined, rowsPurged }) =>
        `${object}: ${rowsWritten} written, ${rowsQuarantined} in quarantine, ${rowsPurged} left behind on purpose`,
    ),
  ].join('; ');
  const there = holds.reduce((sum, { rows }) => sum + BigInt(rows), 0n);
  return { code: 'runbook.stop-point', about: digest(reason), reason, observed: String(there) };
}

/** Of the name of a rule, as the ledger has it. */
export function isStopPoint(rule: string): boolean {
  return rule.startsWith('runbook.stop-point ');
}
