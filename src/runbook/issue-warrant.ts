import type { Notary } from '../host/index.ts';
import { canonicalJson, type Envelope } from '../ledger/index.ts';
import {
  type ApprovalRule,
  type Fingerprint,
  fingerprintDifference,
  type Policy,
  type Runbook,
  Warrant,
} from '../model/index.ts';
import { textFaults } from './agreed-texts.ts';
import { approvalRules, rulesFor } from './approval-rules.ts';
import { glassEnds, overdueReviews } from './broken-glass.ts';
import type { DecisionLog } from './decision-log.ts';
import { type ApprovalVerdict, judgeApprovals } from './judge-approvals.ts';
import { judgeFinding } from './judge-findings.ts';
import { checkPolicy, findPerson, hasRole, policyDigest } from './policy.ts';
import {
  type AnyDecision,
  decisionsOf,
  type ReadDecisions,
  readDecisions,
  readDecisionsAcross,
  type Successors,
} from './read-decisions.ts';
import { type Refusal, refused } from './refusal.ts';
import { renderRunbook } from './render-runbook.ts';
import { readRunbook } from './runbook-bytes.ts';

/**
 * The right to write to the live target: the only place where one is made. Throws one error with every reason when there is
 * none; `judgeWarrant` gives the same reasons without throwing.
 *
 * Invariants: 1. the runbook is exactly the bytes that were approved. 2. everything it rests on still is what it was: both
 * systems, their structure, the mapping, the people, the ledger. 3. it ends with the first of: runbook, approvals, decisions.
 */
export function issueWarrant(request: WarrantRequest): Warrant {
  const verdict = judgeWarrant(request);
  if (verdict.refusals.length > 0 || verdict.expiresAt === null) throw refused(verdict.refusals);
  const { runbook, runbookId, approvals, expiresAt } = verdict;
  return Warrant.issue({
    runbookId,
    world: 'live',
    target: targetOf(runbook),
    steps: runbook.steps.map(({ id }) => id),
    expiresAt,
    approvals: approvals.counted.map(({ id }) => id),
    ...(approvals.glass ? { breakGlass: approvals.glass.id } : {}),
  });
}

export interface WarrantRequest {
  readonly runbookBytes: Uint8Array;
  /** Whatever was signed in this project; what does not belong to this runbook is passed over. */
  readonly envelopes: readonly Envelope[];
  readonly policy: Policy;
  /** Those who followed, where a run is judged by the people it was made under. */
  readonly successors?: Successors;
  readonly log: DecisionLog;
  /** The verdict on the ledger the log was read from. */
  readonly ledger: { readonly intact: boolean; readonly problems: readonly { readonly what: string }[] };
  /** Name of the person who starts the run. */
  readonly operator: string;
  readonly now: string;
  readonly notary: Notary;
  /** Both systems and the mapping as they are now. */
  readonly observed: ObservedWorld;
  /** The way back is open whatever else waits for people. */
  readonly goingBack?: true;
}

export interface ObservedWorld {
  readonly source: Fingerprint;
  readonly target: Fingerprint;
  /** By `structureDigest`, over the same relations as in the runbook. */
  readonly sourceStructure: string;
  readonly targetStructure: string;
  /** What of it is not as it was, in words; where that is not known, the digests speak. */
  readonly structureChanges?: { readonly source: readonly string[]; readonly target: readonly string[] };
  /** By `mappingDigest`. */
  readonly mappingDigest: string;
  /** What of the mapping is not as it was, in words; where it is not known, the digests speak. */
  readonly mappingChanges?: readonly string[];
  /** What else is not as it was when the runbook was made. */
  readonly changes?: readonly Refusal[];
}

export interface WarrantVerdict {
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly approvals: ApprovalVerdict;
  /** Empty: a warrant can be issued. The gravest first. */
  readonly refusals: readonly Refusal[];
  /** When the warrant would end; null while there is none. */
  readonly expiresAt: string | null;
}

/** Who has approved, who is missing, what stands against it. */
export function judgeWarrant(request: WarrantRequest): WarrantVerdict {
  const { policy, notary, log, now, operator } = request;
  const runbook = readRunbook(request.runbookBytes);
  const runbookId = notary.digest(request.runbookBytes);
  checkPolicy(policy, notary);
  const { decisions, unusable } = decidedSoFar(request);
  const authors = authorsNow(runbook, decisions);
  const approvals = judgeApprovals({
    runbook,
    runbookId,
    authors,
    shown: notary.digest(renderRunbook(runbook)),
    approvals: decisionsOf('approval', decisions),
    presented: new Set([...decisions, ...unusable].flatMap(({ id }) => id ?? [])),
    unusable,
    glasses: decisionsOf('break-glass', decisions),
    policy,
    log,
    operator,
    now,
  });
  const findings = judgeRunbookFindings(runbook, decisions, authors, request);
  const refusals = [
    ...ledgerFaults(request, runbookId),
    ...(request.goingBack === true ? [] : overdueReviews({ decisions, policy, log, now })),
    ...(request.observed.changes ?? []),
    ...worldFaults(runbook, request),
    ...peopleFaults(runbook, authors, decisions, request),
    ...findings.refusals,
    ...approvals.refusals,
    ...textFaults(runbook, notary.digest),
  ];
  const others = unusable.filter((one) => one.runbook !== runbookId);
  const ends = [runbook.expiresAt, ...findings.until, ...approvals.counted.map(({ body }) => body.expiresAt)];
  if (approvals.glass) ends.push(glassEnds(approvals.glass.body));
  return {
    runbook,
    runbookId,
    approvals: { ...approvals, passedOver: [...approvals.passedOver, ...others] },
    refusals: refusals.length === 0 ? [] : [...refusals, ...others],
    expiresAt: refusals.length === 0 ? (ends.sort()[0] ?? null) : null,
  };
}

function decidedSoFar({ envelopes, policy, successors, notary, log }: WarrantRequest): ReadDecisions {
  if (successors) return readDecisionsAcross(envelopes, policy, successors, notary.verify, log);
  return readDecisions(envelopes, policy, notary.verify, log);
}

export function targetOf(runbook: Runbook): Fingerprint {
  const target = runbook.systems.find(({ role }) => role === 'target');
  if (target === undefined)
    throw refused([{ code: 'runbook.system-differs', what: 'the runbook names no target' }]);
  return target.fingerprint;
}

/** Everybody who signed this mapping wrote it. */
function authorsNow(runbook: Runbook, decisions: readonly AnyDecision[]): ReadonlySet<string> {
  const signatures = decisionsOf('mapping-signature', decisions);
  const authors = signatures.filter(({ body }) => body.mapping === runbook.mappingDigest);
  return new Set([runbook.mappingAuthor, ...authors.map(({ person }) => person.name)]);
}

function ledgerFaults(
  { ledger, log, now, runbookBytes }: WarrantRequest,
  runbookId: string,
): readonly Refusal[] {
  const faults: Refusal[] = [];
  if (!ledger.intact)
    faults.push({
      code: 'runbook.ledger-broken',
      what: ledger.problems[0]?.what ?? 'the ledger does not verify',
    });
  if (log.closed.has(runbookId))
    faults.push({ code: 'runbook.closed', what: `the ledger says that ${runbookId} is over` });
  const { expiresAt } = readRunbook(runbookBytes);
  if (expiresAt <= now)
    faults.push({ code: 'runbook.expired', what: `it was valid until ${expiresAt}, now is ${now}` });
  return faults;
}

function worldFaults(runbook: Runbook, { observed }: WarrantRequest): readonly Refusal[] {
  const systems = runbook.systems.flatMap(({ role, name, fingerprint, schemaDigest }): Refusal[] => {
    if (role === 'sandbox') return [];
    const parts = fingerprintDifference(fingerprint, observed[role]);
    if (parts.length > 0)
      return [
        {
          code: 'runbook.system-differs',
          what: `the ${systemName(role, name)} ${parts.map((part) => `has another ${part} (${fingerprint[part]}; now ${observed[role][part]})`).join(', ')}`,
        },
      ];
    return observed[`${role}Structure`] === schemaDigest
      ? []
      : [
          {
            code: 'runbook.structure-changed',
            what: `mapped relations of the ${systemName(role, name)} were changed${inWords(observed.structureChanges?.[role] ?? [])}`,
          },
        ];
  });
  if (observed.mappingDigest === runbook.mappingDigest) return systems;
  const { mappingChanges = [] } = observed;
  const what =
    mappingChanges.length > 0
      ? `the mapping of ${mappingChanges.join(', that of ')}`
      : `approved is ${runbook.mappingDigest}, the files now say ${observed.mappingDigest}`;
  return [...systems, { code: 'runbook.mapping-changed', what }];
}

const changesShown = 8;

function inWords(changes: readonly string[]): string {
  if (changes.length === 0) return '';
  const more = changes.length > changesShown ? [`and ${changes.length - changesShown} more`] : [];
  return `: ${[...changes.slice(0, changesShown), ...more].join('; ')}`;
}

const systemName = (role: string, name: string): string => (role === name ? role : `${role} ${name}`);

function peopleFaults(
  runbook: Runbook,
  authors: ReadonlySet<string>,
  decisions: readonly AnyDecision[],
  { policy, notary, log, operator }: WarrantRequest,
): readonly Refusal[] {
  const faults: Refusal[] = [];
  const digest = policyDigest(policy, notary.digest);
  if (log.agreedPolicy !== null && log.agreedPolicy !== digest)
    faults.push({
      code: 'runbook.policy-not-agreed',
      what: `agreed was ${log.agreedPolicy}, godwit.yaml says ${digest}`,
    });
  else if (digest !== runbook.policyDigest)
    faults.push({
      code: 'runbook.policy-changed',
      what: `the people section of godwit.yaml (names, roles, keys, rules) was ${runbook.policyDigest} when it was approved, it is ${digest}`,
    });
  const rules = policy.approvals && rulesFor(policy.approvals, runbook);
  if (rules && canonicalJson(rules) !== canonicalJson(runbook.approvals))
    faults.push({
      code: 'runbook.policy-changed',
      what: `the runbook asks for other approvals than was agreed: ${rulesInWords(runbook.approvals)}; agreed: ${rulesInWords(rules)}`,
    });
  if (!hasRole(findPerson(policy, operator), 'operator'))
    faults.push({ code: 'runbook.operator-unknown', what: `${operator} does not have the role operator` });
  const signed = decisions.some(
    ({ id, person }) =>
      id === runbook.mappingSignature && authors.has(person.name) && hasRole(person, 'author'),
  );
  if (!signed || !log.recorded.has(runbook.mappingSignature) || log.withdrawn.has(runbook.mappingSignature))
    faults.push({
      code: 'runbook.mapping-unsigned',
      what: `the signature ${runbook.mappingSignature} of ${runbook.mappingAuthor} is not there or no longer holds`,
    });
  return faults;
}

const rulesInWords = (rule: ApprovalRule): string =>
  approvalRules(rule)
    .map(({ role, people }) => `${people} with the role ${role}`)
    .join(', ');

function judgeRunbookFindings(
  runbook: Runbook,
  decisions: readonly AnyDecision[],
  authors: ReadonlySet<string>,
  { log, now }: WarrantRequest,
): { readonly refusals: readonly Refusal[]; readonly until: readonly string[] } {
  const blocks = runbook.findings.filter(({ severity }) => severity === 'block');
  const judged = blocks.map((finding) => {
    const named = decisionsOf('finding-decision', decisions).filter(({ id }) => id === finding.decision);
    // Whether it may be accepted at all was looked at when the runbook was made; without a decision it was not.
    const block = { ...finding, waivable: finding.decision !== null };
    return judgeFinding(block, { project: runbook.project, decisions: named, authors, log, now });
  });
  return {
    refusals: judged.flatMap(({ refusals }) => refusals),
    until: judged.flatMap(({ until }) => until ?? []),
  };
}
