import type { EntrySummary } from '../engine/index.ts';
import type { Finding, Runbook } from '../model/index.ts';
import type { StepOutcome } from './step-outcome.ts';

/** An object of which more records could not go than the mapping check, and whoever decided about its findings, knew of. */
export interface UnforeseenLoss {
  readonly object: string;
  readonly foreseen: number;
  readonly quarantined: number;
  /** Most records first. */
  readonly reasons: readonly LossReason[];
}

export interface LossReason {
  readonly code: string;
  readonly field: string | null;
  /** The constraint that said no. */
  readonly rule: string | null;
  readonly records: number;
}

type Entry = Pick<EntrySummary, 'object' | 'code' | 'field' | 'rule'>;

/**
 * What a rehearsal is for: a target refuses for reasons no schema tells (triggers, checks, precision it does not announce). A decision
 * covers the records that were counted, so every further one has to be looked at before anything moves.
 *
 * @param entries of the rehearsal's quarantine
 */
export function unforeseenLosses(
  steps: readonly StepOutcome[],
  runbook: Runbook,
  findings: readonly Finding[],
  entries: readonly Entry[],
): readonly UnforeseenLoss[] {
  const objects = new Map(
    runbook.steps.flatMap(({ id, action }) =>
      action.kind === 'copy' || action.kind === 'link' ? [[id, action.object] as const] : [],
    ),
  );
  // A second pass passes over what the first one kept back, so no record is counted twice.
  const quarantined = new Map<string, number>();
  for (const { step, rowsQuarantined } of steps) {
    const object = objects.get(step);
    if (object !== undefined) quarantined.set(object, (quarantined.get(object) ?? 0) + rowsQuarantined);
  }
  return [...quarantined]
    .map(([object, count]) => ({ object, quarantined: count, foreseen: foreseenOf(object, findings) }))
    .filter((loss) => loss.quarantined > loss.foreseen)
    .map((loss) => ({ ...loss, reasons: reasonsOf(loss.object, entries) }));
}

function reasonsOf(object: string, entries: readonly Entry[]): readonly LossReason[] {
  const alike = Map.groupBy(
    entries.filter((entry) => entry.object === object),
    ({ code, field, rule }) => JSON.stringify([code, field, rule]),
  );
  return [...alike.values()]
    .flatMap((same) => {
      const [first] = same;
      return first ? { code: first.code, field: first.field, rule: first.rule, records: same.length } : [];
    })
    .toSorted((a, b) => b.records - a.records);
}

/** What another record takes the place of is not in quarantine. */
const stays = (code: string): boolean => code === 'fit.overwritten';

function foreseenOf(object: string, findings: readonly Finding[]): number {
  return findings
    .filter(({ severity, where, code }) => severity === 'block' && where.object === object && !stays(code))
    .reduce((sum, { records }) => sum + Number(records ?? 0), 0);
}
