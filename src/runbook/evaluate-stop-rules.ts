import { type StopRules, stepLimitMs } from '../model/index.ts';
import { isLifted, type LiftedStop } from './lifted-stop.ts';
import { type FieldSeen, fieldReasons, type TotalSeen, totalReasons } from './record-stop-rules.ts';
import { type RestoreSeen, restoreReason } from './restore-stop-rule.ts';
import { ruleName, type StopReason } from './stop-reason.ts';
import { type SystemSeen, systemReasons } from './system-stop-rules.ts';

/** What has been seen of a run so far; a part that was not looked at is left out. */
export interface Observation {
  /** ISO instant in UTC. */
  readonly now: string;
  readonly rowsRead?: number;
  readonly rowsWritten?: number;
  readonly rowsQuarantined?: number;
  readonly rowsPurged?: number;
  readonly step?: { readonly id: string; readonly elapsedMs: number; readonly rehearsedMs: number | null };
  /** Records of one relation of the target before the run and now, decimal digits. */
  readonly target?: {
    readonly relation: string;
    readonly before: string;
    readonly now: string;
    /** At least so many the run itself has added; decimal digits. */
    readonly added?: string;
  };
  readonly auditDifferences?: number;
  /** Of these, records that are missing, extra, there twice, or under another key. */
  readonly idsDiffer?: number;
  /** Of these, records in which a date or a time differs. */
  readonly timestampsDiffer?: number;
  /** Sums of agreed fields, once their relation is copied. */
  readonly totals?: readonly TotalSeen[];
  /** Values of this step that are not as was agreed. */
  readonly fields?: readonly FieldSeen[];
  /** The newest drill of the restore, beside the one that was approved. */
  readonly restore?: RestoreSeen;
  /** What the two systems said of themselves. */
  readonly systems?: readonly SystemSeen[];
}

/**
 * Which of the agreed rules say stop. The rules come from the signed runbook, so none is off; only who observes decides
 * which of them can speak. Counts that do not add up and a target that loses records stop a run without any rule.
 *
 * @param lifted what somebody signed for: a rule is quiet up to the value that was signed, and speaks again beyond it
 */
export function evaluateStopRules(
  rules: StopRules,
  seen: Observation,
  lifted: readonly LiftedStop[] = [],
): readonly StopReason[] {
  const reasons = [
    countsDoNotAddUp(seen),
    tooManyQuarantined(rules, seen),
    tooManyDifferences(rules, seen),
    idsDiffer(rules, seen),
    timestampsDiffer(rules, seen),
    tooSlow(rules, seen),
    restoreReason(rules, seen.restore),
    targetShrinks(seen),
    ...fieldReasons(seen.fields ?? []),
    ...totalReasons(rules, seen.totals ?? []),
    ...(seen.systems ?? []).flatMap((system) => systemReasons(rules, system)),
    outsideWindow(rules, seen),
  ].filter((reason) => reason !== null);
  const step = seen.step?.id ?? null;
  return reasons.filter(
    (reason) => !isLifted({ step, rule: ruleName(reason), observed: reason.observed }, lifted),
  );
}

function countsDoNotAddUp({
  rowsRead,
  rowsWritten,
  rowsQuarantined,
  rowsPurged,
}: Observation): StopReason | null {
  if (rowsRead === undefined || rowsWritten === undefined) return null;
  const accounted = rowsWritten + (rowsQuarantined ?? 0) + (rowsPurged ?? 0);
  if (accounted === rowsRead) return null;
  const reason = `${rowsRead} records were read, ${accounted} are accounted for (${rowsWritten} written, ${rowsQuarantined ?? 0} quarantined, ${rowsPurged ?? 0} purged)`;
  return { code: 'runbook.stop-counts', reason, observed: null };
}

/** In whole numbers: quarantined / read > allowed / 10,000. */
function tooManyQuarantined(rules: StopRules, { rowsRead, rowsQuarantined }: Observation): StopReason | null {
  if (rowsRead === undefined || rowsQuarantined === undefined) return null;
  const { quarantinedPer10000, quarantinedFloor } = rules;
  if (rowsQuarantined <= quarantinedFloor) return null;
  if (rowsQuarantined * 10_000 <= quarantinedPer10000 * rowsRead) return null;
  const reason = `${rowsQuarantined} of ${rowsRead} records are in quarantine; agreed are ${quarantinedPer10000} of 10000, or ${quarantinedFloor}`;
  return { code: 'runbook.stop-quarantine', reason, observed: String(rowsQuarantined) };
}

function tooManyDifferences(rules: StopRules, { auditDifferences }: Observation): StopReason | null {
  if (auditDifferences === undefined || auditDifferences <= rules.auditDifferencesMax) return null;
  const reason = `the audit found ${auditDifferences} differences; agreed are ${rules.auditDifferencesMax}`;
  return { code: 'runbook.stop-audit', reason, observed: String(auditDifferences) };
}

function idsDiffer({ idsMax }: StopRules, { idsDiffer: found }: Observation): StopReason | null {
  if (idsMax === undefined || found === undefined || found <= idsMax) return null;
  const reason = `the audit found ${found} records missing, extra, twice, under another key or with a reference to nobody; agreed are ${idsMax}`;
  return { code: 'runbook.stop-ids', reason, observed: String(found) };
}

function timestampsDiffer(
  { timestampsMax }: StopRules,
  { timestampsDiffer: found }: Observation,
): StopReason | null {
  if (timestampsMax === undefined || found === undefined || found <= timestampsMax) return null;
  const reason = `the audit found ${found} records in which a date or time differs; agreed are ${timestampsMax}`;
  return { code: 'runbook.stop-timestamps', reason, observed: String(found) };
}

function tooSlow(rules: StopRules, { step }: Observation): StopReason | null {
  if (!step) return null;
  const limitMs = stepLimitMs(rules, step);
  if (step.elapsedMs <= limitMs) return null;
  const tookMs = Math.ceil(step.elapsedMs);
  const agreed =
    step.rehearsedMs === null
      ? `it was never rehearsed, agreed are ${limitMs / 60_000} min for such a step`
      : `rehearsed were ${step.rehearsedMs} ms, agreed is ${rules.stepTimeFactor} times that`;
  return {
    code: 'runbook.stop-slow',
    reason: `${step.id} has taken ${tookMs} ms; ${agreed}`,
    observed: String(tookMs),
  };
}

function targetShrinks({ target }: Observation): StopReason | null {
  if (!target) return null;
  const { relation, before, now, added = '0' } = target;
  const gone = BigInt(before) + BigInt(added) - BigInt(now);
  if (gone <= 0n) return null;
  const more = added === '0' ? '' : `, ${added} were added,`;
  const reason = `${relation} held ${before} records before the run${more} and holds ${now} now`;
  return { code: 'runbook.stop-shrinking', reason, observed: String(gone) };
}

function outsideWindow({ window }: StopRules, { now }: Observation): StopReason | null {
  if (window === null || (window.notBefore <= now && now < window.notAfter)) return null;
  const reason = `it is ${now}; writing is agreed from ${window.notBefore} to ${window.notAfter}`;
  return { code: 'runbook.stop-window', reason, observed: null };
}
