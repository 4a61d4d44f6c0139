import { type Finding, findingId, type RunbookFinding } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { hasRole } from './policy.ts';
import type { SignedDecision } from './read-decisions.ts';
import type { Refusal } from './refusal.ts';

/**
 * Which signed decision lets a blocking finding through. A decision covers one finding, found with one mapping, on at most
 * the number of records it names, until it expires; it is made by an owner or approver who did not write the mapping.
 */
export function judgeFinding(found: FoundBlock, context: FindingContext): FindingVerdict {
  if (!found.waivable)
    return {
      decision: null,
      refusals: [undecided(found, 'it cannot be accepted, only mended')],
      until: null,
    };
  const about = context.decisions.filter(({ body }) => body.finding === found.id);
  const judged = about.map((decision) => ({ decision, fault: faultOf(decision, found, context) }));
  const good = judged.find(({ fault }) => fault === null)?.decision;
  if (good) return { decision: good.id, refusals: [], until: good.body.expiresAt };
  const faults = judged.flatMap(({ fault }) => fault ?? []);
  return { decision: null, refusals: [...faults, undecided(found, 'nobody has decided on it')], until: null };
}

export interface FoundBlock {
  readonly id: string;
  readonly title: string;
  readonly records: string | null;
  readonly mappingDigest: string;
  readonly waivable: boolean;
}

export interface FindingContext {
  readonly project: string;
  readonly decisions: readonly SignedDecision<'finding-decision'>[];
  readonly authors: ReadonlySet<string>;
  readonly log: DecisionLog;
  readonly now: string;
}

export interface FindingVerdict {
  readonly decision: string | null;
  readonly refusals: readonly Refusal[];
  /** When the decision ends; null without one. */
  readonly until: string | null;
}

/** A finding as it stands in a runbook, without its decision. */
export function foundWith(finding: Finding, mappingDigest: string): Omit<RunbookFinding, 'decision'> {
  const { code, severity, records, title } = finding;
  return { id: findingId(finding), code, severity, records, title, mappingDigest };
}

function faultOf(
  { id, body, person }: SignedDecision<'finding-decision'>,
  found: FoundBlock,
  { project, authors, log, now }: FindingContext,
): Refusal | null {
  const { decidedBy } = body;
  const fault = (code: Refusal['code'], what: string): Refusal => ({ code, what: `${found.id}: ${what}` });
  if (body.project !== project || body.mapping !== found.mappingDigest)
    return fault('runbook.decision-differs', `${decidedBy} decided on another mapping`);
  if (!covers(body.records, found.records))
    return fault(
      'runbook.decision-differs',
      `${decidedBy} accepted it for ${body.records ?? 'no'} records, found are ${found.records}`,
    );
  if (!log.recorded.has(id))
    return fault(
      'runbook.approval-not-recorded',
      `the ledger does not speak of the decision of ${decidedBy}`,
    );
  if (log.withdrawn.has(id)) return fault('runbook.approval-withdrawn', `${decidedBy} withdrew the decision`);
  if (body.expiresAt <= now)
    return fault('runbook.decision-expired', `the decision of ${decidedBy} expired at ${body.expiresAt}`);
  if (body.time > now)
    return fault('runbook.approval-early', `the decision of ${decidedBy} is dated ${body.time}`);
  if ((body.role !== 'owner' && body.role !== 'approver') || !hasRole(person, body.role))
    return fault(
      'runbook.role-missing',
      `${decidedBy} decided as ${body.role}, and is ${person.roles.join(', ')}`,
    );
  return authors.has(person.name)
    ? fault('runbook.author-alone', `${decidedBy} wrote the mapping and cannot accept its losses alone`)
    : null;
}

function covers(accepted: string | null, found: string | null): boolean {
  if (found === null) return true;
  return accepted !== null && BigInt(found) <= BigInt(accepted);
}

function undecided({ id, title, records }: FoundBlock, why: string): Refusal {
  const count = records === null ? '' : ` (${records} records)`;
  return { code: 'runbook.finding-undecided', what: `${title}${count}: ${why}. Its name is ${id}` };
}
