import type { Finding, Runbook, RunbookFinding, RunbookObject } from '../model/index.ts';
import { rulesText } from './agreed-texts.ts';
import { rulesFor } from './approval-rules.ts';
import { approvingOwners, buildSteps } from './build-steps.ts';
import { cycleNeedsUpdate } from './findings.ts';
import { foundWith, judgeFinding } from './judge-findings.ts';
import { judgeRestoreTime, judgeWayBackTime } from './judge-restore-time.ts';
import { mappingDigest, objectMappingDigest } from './mapping-digest.ts';
import { type ObjectOrder, orderObjects } from './order-objects.ts';
import { checkPolicy, findPerson, hasRole, policyDigest } from './policy.ts';
import { decisionsOf, readDecisions, type SignedDecision } from './read-decisions.ts';
import { type Refusal, refused } from './refusal.ts';
import type { RunbookInput } from './runbook-input.ts';

/**
 * The runbook of a move, from what is known and what was signed. Pure: the same input gives the same runbook.
 *
 * Invariants: 1. the mapping is signed by a person with the role author. 2. nothing that blocks is left without a signed
 * decision that covers it; what cannot be accepted refuses the plan. 3. every step has a signer who may sign it.
 */
export function buildRunbook(input: RunbookInput): Runbook {
  const { mapping, policy, notary } = input;
  checkPolicy(policy, notary);
  const digest = mappingDigest(mapping, notary.digest);
  const read = readDecisions(input.envelopes, policy, notary.verify, input.log);
  const signatures = authorsOf(digest, input, decisionsOf('mapping-signature', read.decisions));
  const authors = new Set(signatures.map(({ person }) => person.name));
  const ordered = orderObjects(input);
  const objects = ordered.order.map((name) => describeObject(name, input));
  const decided = decideFindings(
    [...input.findings, ...ordered.findings, ...withoutSecondPass(ordered, input.targetCanUpdate)],
    digest,
    authors,
    decisionsOf('finding-decision', read.decisions),
    input,
  );
  const [signature] = signatures;
  const faults = [
    ...signersMissing(input),
    ...strangers(input),
    ...wayBackFaults(input),
    ...ownersMissing(input, objects, authors),
    ...decided.refusals,
  ];
  if (faults.length > 0 || signature === undefined)
    throw refused(signature === undefined ? [unsigned(digest, read.unusable), ...faults] : faults);
  const built = buildSteps({ ...input, authors }, ordered, objects);
  return {
    formatVersion: 1,
    project: input.project,
    createdAt: input.now,
    expiresAt: input.expiresAt,
    nonce: input.nonce,
    mappingDigest: digest,
    mappingAuthor: signature.person.name,
    mappingSignature: signature.id,
    policyDigest: policyDigest(policy, notary.digest),
    evidence: input.evidence,
    systems: [
      { role: 'source', ...input.source },
      { role: 'target', ...input.target },
    ],
    parties: input.parties,
    objects,
    leftBehind: mapping.leftBehind,
    findings: decided.findings,
    options: input.options,
    ...(input.calls ? { callLimits: input.calls.limits } : {}),
    stopRules: input.stopRules,
    ...(input.responsibility ? { responsibility: input.responsibility } : {}),
    ...approvedRestore(input),
    approvals: rulesFor(input.approvals, { steps: built.steps, objects, findings: decided.findings }),
    ...built,
  };
}

function authorsOf(
  digest: string,
  { log, project }: RunbookInput,
  signatures: readonly SignedDecision<'mapping-signature'>[],
): readonly SignedDecision<'mapping-signature'>[] {
  const seq = ({ id }: SignedDecision<'mapping-signature'>): number => log.recorded.get(id)?.seq ?? 0;
  return signatures
    .filter(({ body }) => body.mapping === digest && body.project === project)
    .filter(({ id, person }) => log.recorded.has(id) && !log.withdrawn.has(id) && hasRole(person, 'author'))
    .sort((a, b) => seq(a) - seq(b));
}

function unsigned(digest: string, unusable: readonly Refusal[]): Refusal {
  const why = unusable.map(({ what }) => `; ${what}`).join('');
  return { code: 'runbook.mapping-unsigned', what: `no author has signed the mapping ${digest}${why}` };
}

function signersMissing({ policy, responsible }: RunbookInput): readonly Refusal[] {
  return (['approver', 'owner'] as const)
    .filter((role) => !hasRole(findPerson(policy, responsible[role]), role))
    .map((role) => ({
      code: 'runbook.policy-invalid',
      what: `${responsible[role]} is to sign as ${role} and does not have that role`,
    }));
}

/** Who answers, and who does the work, is somebody of the project; who is asked or told need not be. */
function strangers({ policy, responsibility }: RunbookInput): readonly Refusal[] {
  if (!responsibility) return [];
  const { accountable, responsible } = responsibility;
  return [accountable, ...responsible]
    .filter((name) => findPerson(policy, name) === undefined)
    .map((name) => ({
      code: 'runbook.policy-invalid',
      what: `${name} stands in the responsibility section and not among the people`,
    }));
}

/** A check that nobody could ever meet: each owner wrote the mapping, and an author does not approve as an owner. */
function ownersMissing(
  { preChecks = [], policy }: RunbookInput,
  objects: readonly RunbookObject[],
  authors: ReadonlySet<string>,
): readonly Refusal[] {
  const changing = objects.filter(({ mode }) => mode === 'upsert').map(({ object }) => object);
  if (!preChecks.some(({ check }) => check === 'owners') || changing.length === 0) return [];
  if (authors.size === 0 || approvingOwners(policy, authors).length > 0) return [];
  const owners = policy.people.filter((person) => hasRole(person, 'owner')).map(({ name }) => name);
  return [
    {
      code: 'runbook.author-alone',
      what: `records of ${changing.join(', ')} are overwritten, which an owner approves who did not write the mapping; ${owners.join(', ') || 'nobody'} wrote it and nobody else is an owner: give somebody else the role owner in godwit.yaml, or have somebody else write and sign the mapping`,
    },
  ];
}

function wayBackFaults({ restore, wayBack, stopRules: { window } }: RunbookInput): readonly Refusal[] {
  return [
    ...(wayBack ? judgeWayBackTime(wayBack, window) : []),
    ...(restore ? judgeRestoreTime(restore, window) : []),
  ];
}

function approvedRestore({ restore }: RunbookInput): Pick<Runbook, 'restore'> {
  if (!restore) return {};
  const { allowedMs: _judged, ...approved } = restore;
  return { restore: approved };
}

function describeObject(name: string, { mapping, counts, notary }: RunbookInput): RunbookObject {
  const object = mapping.objects.find((one) => one.name === name);
  const count = counts.get(name);
  if (object === undefined || count === undefined) throw new RangeError(`object ${name} was not counted`);
  const { source, target, mode } = object;
  return {
    object: name,
    source,
    target,
    mode,
    mappingDigest: objectMappingDigest(object, notary.digest),
    rules: rulesText(object),
    ...count,
  };
}

function withoutSecondPass({ deferred }: ObjectOrder, targetCanUpdate: boolean): readonly Finding[] {
  return targetCanUpdate ? [] : [...deferred].map(([object, fields]) => cycleNeedsUpdate(object, fields));
}

function decideFindings(
  findings: readonly Finding[],
  whole: string,
  authors: ReadonlySet<string>,
  decisions: readonly SignedDecision<'finding-decision'>[],
  { mapping, project, log, now, notary }: RunbookInput,
): { readonly findings: readonly RunbookFinding[]; readonly refusals: readonly Refusal[] } {
  const judged = findings.map((finding) => {
    const object = mapping.objects.find(({ name }) => name === finding.where.object);
    const found = foundWith(finding, object ? objectMappingDigest(object, notary.digest) : whole);
    if (finding.severity !== 'block') return { finding: { ...found, decision: null }, refusals: [] };
    const block = { ...found, waivable: finding.waivable };
    const { decision, refusals } = judgeFinding(block, { project, decisions, authors, log, now });
    return { finding: { ...found, decision }, refusals };
  });
  return {
    findings: judged.map(({ finding }) => finding),
    refusals: judged.flatMap(({ refusals }) => refusals),
  };
}
