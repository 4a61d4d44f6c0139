import { canonicalJson, parseStrictJson } from '../ledger/index.ts';
import { mappingContent } from '../mapping/index.ts';
import { type AttestedCheck, GodwitError, type Policy, type Runbook } from '../model/index.ts';
import { policyText } from '../runbook/index.ts';
import { deciding } from './agreed-policy.ts';
import type { Asked, AskedGlass, DecisionRequest } from './asked-decision.ts';
import { askedGlasses } from './break-glass.ts';
import { policyOf } from './decision-files.ts';
import { loadMapping } from './load-mapping.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import { ownedSteps, unknownStep } from './pre-check-statements.ts';
import type { Project } from './project.ts';
import { askedStops } from './sign-continue.ts';
import { askedFinding } from './sign-decisions.ts';
import { foundResult } from './sign-result.ts';
import type { AskedFinding } from './statement.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** What somebody on another machine is to decide. */
export type RequestedDecision =
  | { readonly kind: 'mapping' | 'runbook' | 'people' | 'break-glass' | 'continue' | 'result' | 'reviews' }
  | { readonly kind: 'findings'; readonly findings: readonly string[] }
  | { readonly kind: 'steps'; readonly steps: readonly string[] | 'all' }
  | { readonly kind: 'check'; readonly check: AttestedCheck };

/** `godwit approve request runbook` and its like: writes what somebody is to decide into a file. Throws as `askedOf`. */
export async function writeRequest(
  project: Project,
  what: RequestedDecision,
  file: string,
): Promise<DecisionRequest> {
  const policy = settled(what.kind === 'people' ? deciding(project) : policyOf(project));
  const asked = await askedOf(project, what);
  const request: DecisionRequest = {
    format: 'godwit-request/1',
    project: project.settings.project,
    ...policy,
    asked,
  };
  writeWholeFile(file, `${canonicalJson(request)}\n`);
  return request;
}

/** A policy as its digest sees it. */
const settled = (policy: Policy): Policy => parseStrictJson(Buffer.from(policyText(policy))) as Policy;

/** Gathers all that they read before they sign. Throws `approval.nothing-to-ask`, and what the decision made here would throw. */
async function askedOf(project: Project, what: RequestedDecision): Promise<Asked> {
  switch (what.kind) {
    case 'mapping':
      return { kind: 'mapping', mapping: mappingContent(loadMapping(project).mapping) };
    case 'findings':
      return { kind: 'findings', findings: askedFindings(project, what.findings) };
    case 'people':
      return { kind: 'people', next: settled(policyOf(project)) };
    case 'reviews':
      return { kind: 'reviews', glasses: openGlasses(project) };
    case 'result':
      return { kind: 'result', result: await foundResult(project) };
    case 'steps':
      return askedSteps(readPlannedRunbook(project), what.steps);
    case 'check':
      return { kind: 'check', check: what.check, mapping: readPlannedRunbook(project).mappingDigest };
    case 'continue':
      return { kind: 'continue', runbook: readPlannedRunbook(project), stops: askedStops(project) };
    case 'runbook':
    case 'break-glass':
      return { kind: what.kind, runbook: readPlannedRunbook(project) };
  }
}

function askedFindings(project: Project, ids: readonly string[]): readonly AskedFinding[] {
  if (ids.length === 0) throw nothingToAsk('no finding of the last check blocks and may be decided');
  return ids.map((id) => askedFinding(project, id));
}

function askedSteps(runbook: Runbook, wanted: readonly string[] | 'all'): Asked {
  const owned = ownedSteps(runbook);
  const ids = owned.map(({ step }) => step);
  if (ids.length === 0) throw nothingToAsk('no step deletes, merges or overwrites records');
  const unknown = wanted === 'all' ? undefined : wanted.find((step) => !ids.includes(step));
  if (unknown !== undefined) throw unknownStep(unknown, owned);
  return { kind: 'steps', runbook, steps: wanted === 'all' ? ids : wanted };
}

function openGlasses(project: Project): readonly AskedGlass[] {
  const glasses = askedGlasses(project);
  if (glasses.length === 0) throw nothingToAsk('no broken glass waits for a review');
  return glasses;
}

function nothingToAsk(detail: string): GodwitError {
  return new GodwitError({
    code: 'approval.nothing-to-ask',
    title: 'There is nothing to ask anybody about',
    detail,
    nextStep: '`godwit status` says what comes next, and who decides on it.',
    fate: 'never',
  });
}
