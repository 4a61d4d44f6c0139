import type { Notary } from '../host/index.ts';
import type { Envelope } from '../ledger/index.ts';
import type { AttestedCheck, Person, Policy, PreCheck, Role, Runbook } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { durationInWords } from './judge-restore-time.ts';
import { hasRole } from './policy.ts';
import { decisionsOf, readDecisions, type SignedDecision } from './read-decisions.ts';
import { preCheckTitles } from './steps/pre-check.ts';

/** How one of the checks stands. */
export interface PreCheckState {
  readonly check: PreCheck['check'];
  readonly step: string;
  readonly title: string;
  readonly held: boolean;
  /** Ids of the signed evidence it rests on; empty while it lacks. */
  readonly evidence: readonly string[];
  /** What was seen, by whom and when; or what is missing. */
  readonly what: string;
  /** The command that provides it. */
  readonly verb: string;
}

/** Signed by the machine itself: the newest of its kind. */
export interface SeenEvidence {
  readonly id: string;
  /** ISO instant in UTC. */
  readonly at: string;
  readonly passed: boolean;
}

export interface PreCheckRequest {
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly envelopes: readonly Envelope[];
  readonly policy: Policy;
  readonly log: DecisionLog;
  readonly notary: Notary;
  readonly now: string;
  readonly restore: (SeenEvidence & { readonly durationMs: number; readonly appReads: number }) | null;
  readonly rehearsal:
    | (SeenEvidence & { readonly mapping: string; readonly full: boolean; readonly records: number })
    | null;
  readonly monitoring: SeenEvidence | null;
}

/**
 * The checks of a runbook for production, five or six; none for one without them.
 *
 * Invariants: 1. evidence counts as long as the runbook says, by the time it was taken. 2. what a person attests counts for
 * one mapping, signed in a role that may and that the person has. 3. who wrote the mapping does not approve as an owner of
 * its records.
 */
export function judgePreChecks(request: PreCheckRequest): readonly PreCheckState[] {
  const decisions = readDecisions(
    request.envelopes,
    request.policy,
    request.notary.verify,
    request.log,
  ).decisions;
  const standing = decisions.filter(
    ({ id }) => request.log.recorded.has(id) && !request.log.withdrawn.has(id),
  );
  return request.runbook.steps.flatMap(({ id, action }) => {
    if (action.kind !== 'pre-check') return [];
    const common = { check: action.check, step: id, title: preCheckTitles[action.check] };
    return [{ ...common, ...judge(action, request, standing), verb: verbs[action.check] }];
  });
}

const verbs: Readonly<Record<PreCheck['check'], string>> = {
  restore: '`godwit drill restore`',
  rehearsal: '`godwit rehearse --full`',
  owners: '`godwit approve step --all --key <file>`',
  monitoring: '`godwit drill monitoring`',
  support: '`godwit approve check support --key <file> --reference <where> --file <brief>`',
  automation: '`godwit approve check automation --key <file> --reference <where>`',
};

type Judged = Pick<PreCheckState, 'held' | 'evidence' | 'what'>;
type Decided = ReturnType<typeof readDecisions>['decisions'];

const lacking = (what: string): Judged => ({ held: false, evidence: [], what });

function judge(action: PreCheck, request: PreCheckRequest, decisions: Decided): Judged {
  switch (action.check) {
    case 'restore':
      return judgeRestore(request, action.validHours);
    case 'rehearsal':
      return judgeRehearsal(request, action.validHours);
    case 'owners':
      return judgeOwners(action.steps, request, decisionsOf('step-approval', decisions));
    case 'monitoring':
    case 'support':
    case 'automation':
      return judgeAttested(action.check, request, action.validHours, decisionsOf('attestation', decisions));
  }
}

/** Why machine evidence does not count, or null. */
function faultOf(seen: SeenEvidence | null, { now }: PreCheckRequest, validHours: number): string | null {
  if (seen === null) return 'there is none yet';
  if (!seen.passed) return `that of ${seen.at} did not pass`;
  return isOlder(seen.at, now, validHours) ? `that of ${seen.at} is older than ${validHours} hours` : null;
}

function isOlder(at: string, now: string, hours: number): boolean {
  return Date.parse(now) - Date.parse(at) > hours * 3_600_000;
}

function judgeRestore(request: PreCheckRequest, validHours: number): Judged {
  const { restore, runbook } = request;
  const fault = faultOf(restore, request, validHours);
  if (fault !== null || restore === null) return lacking(`of a restore drill ${fault}`);
  if (restore.appReads === 0)
    return lacking(`the drill of ${restore.at} read nothing as the application does`);
  const approved = runbook.restore;
  if (!approved)
    return lacking('the runbook was planned without the time of a drill: `godwit plan` once more');
  if (restore.durationMs > approved.durationMs * approved.factor)
    return lacking(
      `the drill of ${restore.at} took ${durationInWords(restore.durationMs)}, approved were ${durationInWords(approved.durationMs * approved.factor)}`,
    );
  const what = `restored in ${durationInWords(restore.durationMs)} at ${restore.at}`;
  return { held: true, evidence: [restore.id], what };
}

function judgeRehearsal(request: PreCheckRequest, validHours: number): Judged {
  const { rehearsal, runbook } = request;
  const fault = faultOf(rehearsal, request, validHours);
  if (fault !== null || rehearsal === null) return lacking(`of a rehearsal ${fault}`);
  if (rehearsal.mapping !== runbook.mappingDigest)
    return lacking(`the rehearsal of ${rehearsal.at} was of another mapping`);
  if (!rehearsal.full) return lacking(`the rehearsal of ${rehearsal.at} was of a sample`);
  const what = `${rehearsal.records} records at ${rehearsal.at}, audited and taken back`;
  return { held: true, evidence: [rehearsal.id], what };
}

function judgeOwners(
  steps: readonly { readonly step: string; readonly owner: string }[],
  { runbook, runbookId, now }: PreCheckRequest,
  approvals: readonly SignedDecision<'step-approval'>[],
): Judged {
  const found = steps.map(({ step, owner }) => ({
    step,
    owner,
    by: approvals.find(
      ({ body, person }) =>
        body.runbook === runbookId &&
        body.project === runbook.project &&
        body.step === step &&
        person.name === owner &&
        hasRole(person, 'owner') &&
        person.name !== runbook.mappingAuthor &&
        body.time <= now &&
        body.expiresAt > now,
    ),
  }));
  const missing = found.filter(({ by }) => by === undefined);
  if (missing.length > 0)
    return lacking(missing.map(({ step, owner }) => `${owner} has not approved ${step}`).join(', '));
  if (steps.length === 0)
    return { held: true, evidence: [], what: 'no step deletes, merges or overwrites records' };
  const what = found.map(({ step, owner }) => `${step} by ${owner}`).join(', ');
  return { held: true, evidence: found.flatMap(({ by }) => by?.id ?? []), what };
}

function judgeAttested(
  check: AttestedCheck,
  request: PreCheckRequest,
  validHours: number,
  attestations: readonly SignedDecision<'attestation'>[],
): Judged {
  const { monitoring, runbook, now } = request;
  const probed = check === 'monitoring' ? faultOf(monitoring, request, validHours) : 'there is none';
  if (probed === null && monitoring)
    return { held: true, evidence: [monitoring.id], what: `it answered at ${monitoring.at}` };
  const fitting = attestations.filter(
    ({ body }) =>
      body.check === check &&
      body.project === runbook.project &&
      body.mapping === runbook.mappingDigest &&
      (check !== 'support' || body.file !== null) &&
      body.time <= now &&
      body.expiresAt > now &&
      !isOlder(body.time, now, validHours),
  );
  const counting = fitting.find(({ person, body }) => mayAttest(person, body.role));
  if (counting) {
    const { attestedBy, time, reference } = counting.body;
    return { held: true, evidence: [counting.id], what: `${attestedBy} signed it at ${time}: ${reference}` };
  }
  const [aside] = fitting;
  const passedOver = aside ? `; ${roleInWords(aside.person, aside.body.role)}` : '';
  switch (check) {
    case 'monitoring':
      return lacking(`of a probe ${probed}, and nobody signed for it${passedOver}`);
    case 'support':
      return lacking(`nobody signed that support has the brief of this mapping${passedOver}`);
    case 'automation':
      return lacking(`nobody signed that it was looked at for this mapping${passedOver}`);
  }
}

/** Who may sign for what no machine sees: monitoring, support, the automation of the target. */
export const attestingRoles: readonly Role[] = ['operator', 'owner'];

/** The role a person signed in is one of those, and theirs. */
export function mayAttest(person: Person, role: Role): boolean {
  return attestingRoles.includes(role) && hasRole(person, role);
}

/** Why what somebody attested does not count. */
export function roleInWords({ name, roles }: Person, role: Role): string {
  return `${name} signed it as ${role}; needed is ${attestingRoles.join(' or ')}, and they are ${roles.join(', ')}`;
}
