import { z } from 'zod';
import { digestOf } from '../host/index.ts';
import { canonicalJson, parseStrictJson } from '../ledger/index.ts';
import { GodwitError, isGodwitError, type Person, type Runbook } from '../model/index.ts';
import { checkRunbook, policyDigest } from '../runbook/index.ts';
import { readCarriedFile } from './carried-file.ts';
import { policyOf } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { askedFinding } from './sign-decisions.ts';
import type { AskedFinding } from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * What is carried to a person who decides on another machine: what they are asked, and the people section, so that their key
 * is known there. It holds no text to be shown: that is made where they read it, from the content they sign.
 */
export interface DecisionRequest {
  readonly format: 'godwit-request/1';
  readonly project: string;
  readonly people: readonly Person[];
  readonly asked: Asked;
}

export type Asked =
  | { readonly kind: 'runbook'; readonly runbook: Runbook }
  | { readonly kind: 'findings'; readonly findings: readonly AskedFinding[] };

/** `godwit approve request runbook` and `... finding`: writes what somebody is to decide into a file. */
export function writeRequest(project: Project, what: RequestedDecision, file: string): DecisionRequest {
  if (what.kind === 'findings' && what.findings.length === 0) throw nothingToAsk();
  const asked: Asked =
    what.kind === 'runbook'
      ? { kind: 'runbook', runbook: readPlannedRunbook(project) }
      : { kind: 'findings', findings: what.findings.map((id) => askedFinding(project, id)) };
  const { people } = policyOf(project);
  const request: DecisionRequest = {
    format: 'godwit-request/1',
    project: project.settings.project,
    people: people.map(({ name, roles, keys, revoked = [] }) => ({ name, roles, keys, revoked })),
    asked,
  };
  writeWholeFile(file, `${canonicalJson(request)}\n`);
  return request;
}

export type RequestedDecision =
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
const form = z.strictObject({
  format: z.literal('godwit-request/1'),
  project: z.string().min(1),
  people: z.array(
    z.strictObject({
      name: z.string().min(1),
      roles: z.array(z.enum(['author', 'approver', 'owner', 'operator'])),
      keys: words,
      revoked: words,
    }),
  ),
  asked: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('runbook'), runbook: z.unknown() }),
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
  const { format, project, people, asked } = read.data;
  if (asked.kind === 'findings') return { format, project, people, asked };
  const runbook = checkRunbook(asked.runbook);
  if (runbook.project !== project)
    throw requestUnreadable('project', `the runbook is of the project ${runbook.project}`);
  if (policyDigest({ people }, digestOf) !== runbook.policyDigest)
    throw requestUnreadable('people', 'these are not the people the runbook was made with');
  return { format, project, people, asked: { kind: 'runbook', runbook } };
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
