import { z } from 'zod';
import { digestOf } from '../host/index.ts';
import { canonicalJson, parseStrictJson } from '../ledger/index.ts';
import { GodwitError, isGodwitError, type Policy, type Runbook } from '../model/index.ts';
import { checkRunbook, policyDigest, policyText } from '../runbook/index.ts';
import { deciding } from './agreed-policy.ts';
import { readCarriedFile } from './carried-file.ts';
import { policyOf } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { askedFinding } from './sign-decisions.ts';
import type { AskedFinding } from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * What is carried to a person who decides on another machine: what they are asked, and the people and rules by which it is judged, so that
 * their key is known there. It holds no text to be shown: that is made where they read it, from the content they sign.
 */
export interface DecisionRequest extends Policy {
  readonly format: 'godwit-request/1';
  readonly project: string;
  readonly asked: Asked;
}

export type Asked =
  | { readonly kind: 'runbook'; readonly runbook: Runbook }
  | { readonly kind: 'findings'; readonly findings: readonly AskedFinding[] }
  /** Whether these people and rules come after those of the request. */
  | { readonly kind: 'people'; readonly next: Policy };

/** `godwit approve request runbook`, `... finding` and `... people`: writes what somebody is to decide into a file. */
export function writeRequest(project: Project, what: RequestedDecision, file: string): DecisionRequest {
  if (what.kind === 'findings' && what.findings.length === 0) throw nothingToAsk();
  const request: DecisionRequest = {
    format: 'godwit-request/1',
    project: project.settings.project,
    ...settled(what.kind === 'people' ? deciding(project) : policyOf(project)),
    asked: askedOf(project, what),
  };
  writeWholeFile(file, `${canonicalJson(request)}\n`);
  return request;
}

function askedOf(project: Project, what: RequestedDecision): Asked {
  switch (what.kind) {
    case 'runbook':
      return { kind: 'runbook', runbook: readPlannedRunbook(project) };
    case 'findings':
      return { kind: 'findings', findings: what.findings.map((id) => askedFinding(project, id)) };
    case 'people':
      return { kind: 'people', next: settled(policyOf(project)) };
  }
}

/** A policy as its digest sees it. */
const settled = (policy: Policy): Policy => parseStrictJson(Buffer.from(policyText(policy))) as Policy;

export type RequestedDecision =
  | { readonly kind: 'people' }
  | { readonly kind: 'runbook' }
  | { readonly kind: 'findings'; readonly findings: readonly string[] };

/** Throws `approval.request-unreadable`, also when its parts do not belong together. */
export function readRequest(file: string): DecisionRequest {
  const bytes = readCarriedFile(file, (detail) => requestUnreadable(file, detail));
  try {
    return checkRequest(parseStrictJson(bytes));
  } catch (error) {
    throw isGodwitError(error) && error.code !== 'approval.request-unreadable'
      ? requestUnreadable(file, error.detail)
      : error;
  }
}

const words: z.ZodType<readonly string[]> = z.array(z.string());
const role = z.enum(['author', 'approver', 'owner', 'operator']);
const needs = { role, people: z.int().min(1) };
const policy = {
  people: z.array(
    z.strictObject({
      name: z.string().min(1),
      roles: z.array(role),
      keys: words,
      revoked: words,
      windows: z
        .array(
          z.strictObject({
            key: z.string(),
            notBefore: z.string().nullable(),
            notAfter: z.string().nullable(),
          }),
        )
        .exactOptional(),
    }),
  ),
  approvals: z
    .strictObject({
      ...needs,
      authorMayBeOnlyApprover: z.literal(false),
      forRisk: z
        .array(z.strictObject({ ...needs, risk: z.enum(['irreversible', 'overwriting', 'losing']) }))
        .exactOptional(),
    })
    .exactOptional(),
  breakGlass: z.strictObject({ role, reviewHours: z.int().min(1) }).exactOptional(),
};
const form = z.strictObject({
  format: z.literal('godwit-request/1'),
  project: z.string().min(1),
  ...policy,
  asked: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('runbook'), runbook: z.unknown() }),
    z.strictObject({ kind: z.literal('people'), next: z.strictObject(policy) }),
    z.strictObject({
      kind: z.literal('findings'),
      findings: z.array(
        z.strictObject({
          id: z.string().min(1),
          title: z.string(),
          detail: z.string(),
          records: z.string().nullable(),
          mapping: z.string(),
        }),
      ),
    }),
  ]),
});

function checkRequest(content: unknown): DecisionRequest {
  const read = form.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw requestUnreadable(issue?.path.join('.') ?? '', issue?.message ?? 'has another form');
  }
  const { asked, ...rest } = read.data;
  if (asked.kind !== 'runbook') return { ...rest, asked };
  const runbook = checkRunbook(asked.runbook);
  if (runbook.project !== rest.project)
    throw requestUnreadable('project', `the runbook is of the project ${runbook.project}`);
  if (policyDigest(rest, digestOf) !== runbook.policyDigest)
    throw requestUnreadable('people', 'these are not the people the runbook was made with');
  return { ...rest, asked: { kind: 'runbook', runbook } };
}

function nothingToAsk(): GodwitError {
  return new GodwitError({
    code: 'approval.unknown-finding',
    title: 'There is no finding to ask about',
    detail: 'no finding of the last check blocks and may be decided',
    nextStep: 'Run `godwit map check`; it prints the name of every finding that can be decided.',
    fate: 'never',
  });
}

function requestUnreadable(where: string, why: string): GodwitError {
  return new GodwitError({
    code: 'approval.request-unreadable',
    title: 'This file asks for no decision that can be signed',
    detail: `${where}: ${why}`,
    nextStep:
      'Have a new one written with `godwit approve request runbook` or `godwit approve request finding`, and carry it over as it is.',
    fate: 'never',
  });
}
