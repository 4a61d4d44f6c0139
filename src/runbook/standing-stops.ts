import type { Entry } from '../ledger/index.ts';
import type { Runbook } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { isLifted, type LiftedStop } from './lifted-stop.ts';
import { hasRole } from './policy.ts';
import type { SignedDecision } from './read-decisions.ts';

/** A stop the ledger speaks of: by a rule, or by a person. */
export interface RunStop {
  /** Its entry in the ledger. */
  readonly seq: number;
  /** ISO instant in UTC. */
  readonly time: string;
  /** Who stopped it: a person's name, or godwit. */
  readonly by: string;
  /** Null where a person stopped the run. */
  readonly step: string | null;
  readonly rule: string;
  /** Decimal number; null where nobody can sign to go on. */
  readonly observed: string | null;
  readonly reason: string;
  /** The one person who can let it go on. */
  readonly decides: string;
}

export interface StopsRequest {
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly entries: Iterable<Entry>;
  readonly overrides: readonly SignedDecision<'stop-override'>[];
  readonly log: DecisionLog;
  /** Who has broken the glass for this runbook, and may let it go on in place of the person named. */
  readonly brokenBy?: ReadonlySet<string>;
  readonly now: string;
}

export interface StopsVerdict {
  /** What keeps the run from going on, in the order in which it happened. */
  readonly standing: readonly RunStop[];
  /** What was signed for, and holds while the run goes on. */
  readonly lifted: readonly LiftedStop[];
  /** Why a signature does not count. */
  readonly passedOver: readonly string[];
}

/**
 * Which stops of a run still hold it. Read from the ledger, so that starting the run again, another process or an edited
 * file forgets none of them.
 *
 * Invariants: 1. a stop ends by the signature of the one person named for it, or of who has broken the glass, over its rule and
 * the value that was seen.
 * 2. a stop by the audit also ends when a later audit of the run finds no difference.
 */
export function standingStops(request: StopsRequest): StopsVerdict {
  const { stops, auditedAt } = readStops(request);
  const judged = request.overrides.map((override) => ({ override, fault: faultOf(override, request) }));
  const lifted = judged.flatMap(({ override, fault }) => (fault === null ? [override.body] : []));
  return {
    standing: stops.filter((stop) => !(atAudit(stop) && stop.seq < auditedAt) && !isLifted(stop, lifted)),
    lifted: lifted.map(({ step, rule, observed }) => ({ step, rule, observed })),
    passedOver: judged.flatMap(({ fault }) => fault ?? []),
  };
}

function readStops({ entries, runbook, runbookId }: StopsRequest): {
  readonly stops: readonly RunStop[];
  /** The last audit that found nothing; 0 when there was none. */
  readonly auditedAt: number;
} {
  const stops: RunStop[] = [];
  let auditedAt = 0;
  let run = '';
  for (const { seq, time, actor, type, body } of entries) {
    const told = (body ?? {}) as Readonly<Record<string, string | null>>;
    if (type === 'audit-ended' && told['run'] === run && Number(told['differences']) === 0) auditedAt = seq;
    if (told['runbook'] !== runbookId) continue;
    if (type === 'run-started') run = told['run'] ?? '';
    const { step = null, rule, observed = null, reason } = told;
    const frame = { seq, time, reason: reason ?? '' };
    if (type === 'stop-asked')
      stops.push({
        ...frame,
        by: actor,
        step: null,
        rule: 'runbook.stop-person',
        observed: String(seq),
        decides: namedFor(runbook, null),
      });
    if (type === 'run-held')
      stops.push({
        ...frame,
        by: 'godwit',
        step,
        rule: rule ?? '',
        observed,
        decides: namedFor(runbook, step),
      });
  }
  return { stops, auditedAt };
}

function atAudit({ rule }: RunStop): boolean {
  return ['runbook.stop-audit', 'runbook.stop-ids', 'runbook.stop-timestamps'].includes(rule);
}

/** The person the runbook names for a step; for the whole run the one of its first step. */
export function namedFor({ steps }: Runbook, step: string | null): string {
  return (steps.find(({ id }) => id === step) ?? steps[0])?.approver ?? '';
}

/** Why a signature does not count; null when it does. */
function faultOf(
  { id, body, person }: SignedDecision<'stop-override'>,
  { runbook, runbookId, log, now, brokenBy }: StopsRequest,
): string | null {
  const { decidedBy, rule, step } = body;
  const what = `the signature of ${decidedBy} to go on from ${rule}`;
  if (body.runbook !== runbookId || body.project !== runbook.project) return `${what} is for another runbook`;
  if (!log.recorded.has(id)) return `${what} is not in the ledger`;
  if (log.withdrawn.has(id)) return `${what} was withdrawn`;
  if (body.expiresAt <= now) return `${what} expired at ${body.expiresAt}`;
  if (body.time > now) return `${what} is dated ${body.time}`;
  if (decidedBy !== namedFor(runbook, step) && brokenBy?.has(decidedBy) !== true)
    return `${what} does not count: ${namedFor(runbook, step)} decides`;
  return hasRole(person, body.role) ? null : `${what} is given as ${body.role}, which they are not`;
}
