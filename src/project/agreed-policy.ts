import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, systemNotary } from '../host/index.ts';
import { type DecisionKey, parseStrictJson } from '../ledger/index.ts';
import { GodwitError, type Policy } from '../model/index.ts';
import {
  judgePolicyChange,
  type PolicyChangeVerdict,
  policyAgreed,
  policyDigest,
  policyText,
  refused,
} from '../runbook/index.ts';
import { agreedRule } from './agreed-rule.ts';
import { coverByCheckpoint, keepDecision, policyOf, readEnvelopes, readLog } from './decision-files.ts';
import type { Project } from './project.ts';
import { decisionFrame } from './sign-decisions.ts';
import { personOfKey, policyStatement, type Signer } from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** How far people have come with agreeing to what `godwit.yaml` says now. */
export interface PolicyAgreement extends PolicyChangeVerdict {
  /** It holds from now on, or held already. */
  readonly inForce: boolean;
}

/**
 * The people and rules that were agreed last: they decide whether others come after them. Kept as the text whose digest the
 * ledger speaks of. Null before the first plan. Throws `project.no-people` where the text is gone.
 */
export function policyInForce(project: Project): Policy | null {
  const { agreedPolicy } = readLog(project);
  if (agreedPolicy === null) return null;
  const file = agreedPolicyFile(project, agreedPolicy);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : policyText(policyOf(project));
  if (digestOf(text) === agreedPolicy) return parseStrictJson(Buffer.from(text)) as Policy;
  throw new GodwitError({
    code: 'project.no-people',
    title: 'The people who could decide so far are not known any more',
    detail: `agreed was ${agreedPolicy}, and ${file} does not hold it`,
    nextStep:
      'Put people and approvals in godwit.yaml back as they were agreed, for example from version control, and run `godwit plan` once.',
    fate: 'never',
  });
}

/** Who decides whether other people and rules hold. Throws `approval.people-unchanged` when there is nothing to decide. */
export function deciding(project: Project): Policy {
  const current = policyInForce(project);
  if (current === null || policyDigest(current, digestOf) === policyDigest(policyOf(project), digestOf))
    throw nothingChanged(current === null);
  return current;
}

/**
 * Before a plan: the first people and rules are taken as they are, and hold from then on; others have to be agreed to by those
 * before them. Throws `runbook.policy-not-agreed`.
 */
export function requireAgreedPolicy(project: Project): void {
  const { agreedPolicy } = readLog(project);
  const policy = policyOf(project);
  const digest = policyDigest(policy, digestOf);
  if (agreedPolicy === null || agreedPolicy === digest) keepPolicy(project, policy);
  if (agreedPolicy === null) project.ledger().append([policyAgreed('godwit', digest, [])]);
  else if (agreedPolicy !== digest) throw refused(judgeChange(project).refusals);
}

/** `godwit approve people`: one of those who could decide so far agrees to what `godwit.yaml` says now. */
export async function signPolicy(
  project: Project,
  key: DecisionKey,
  consent?: Signer['consent'],
): Promise<PolicyAgreement & { readonly file: string; readonly signer: string }> {
  const current = deciding(project);
  const person = personOfKey(current.people, key, project.clock.now());
  const statement = policyStatement(current, policyOf(project), person, decisionFrame(project));
  const file = await keepDecision(project, statement, consent ? { person, key, consent } : { person, key });
  return { ...(await settlePolicy(project, person.name)), file, signer: person.name };
}

/** Puts what `godwit.yaml` says in force as soon as enough of those before have agreed. */
export async function settlePolicy(project: Project, actor: string): Promise<PolicyAgreement> {
  const verdict = judgeChange(project);
  const inForce = verdict.refusals.length === 0;
  if (inForce && readLog(project).agreedPolicy !== verdict.policy) {
    keepPolicy(project, policyOf(project));
    project.ledger().append([policyAgreed(actor, verdict.policy, verdict.envelopes)]);
    await project.ledger().flush();
    await coverByCheckpoint(project);
  }
  return { ...verdict, inForce };
}

function judgeChange(project: Project): PolicyChangeVerdict {
  return judgePolicyChange({
    project: project.settings.project,
    current: policyInForce(project),
    next: policyOf(project),
    envelopes: readEnvelopes(project),
    rule: agreedRule(project.settings),
    log: readLog(project),
    now: project.clock.now(),
    notary: systemNotary,
  });
}

function keepPolicy(project: Project, policy: Policy): void {
  mkdirSync(project.statePath('people'), { recursive: true });
  writeWholeFile(agreedPolicyFile(project, policyDigest(policy, digestOf)), policyText(policy));
}

/** Where people and rules are kept that were agreed, by their digest. */
export const agreedPolicyFile = (project: Project, digest: string): string =>
  join(project.statePath('people'), `${digest.slice(7)}.json`);

function nothingChanged(first: boolean): GodwitError {
  return new GodwitError({
    code: 'approval.people-unchanged',
    title: 'There is nothing to agree to',
    detail: first
      ? 'no people were agreed yet: the first plan takes those of godwit.yaml as they are'
      : 'godwit.yaml has the people and the approvals that were agreed last',
    nextStep: first ? '`godwit plan`' : 'Change people or approvals in godwit.yaml first.',
    fate: 'never',
  });
}
