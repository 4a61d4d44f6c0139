import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { digestOf } from '../host/index.ts';
import type { Attestation } from '../ledger/index.ts';
import { GodwitError, type RunbookStep } from '../model/index.ts';
import { attestingRoles, runbookId } from '../runbook/index.ts';
import { keepDecision } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { decisionFrame } from './sign-decisions.ts';
import { daysFrom, requireRole, type Signer } from './statement.ts';

/** `godwit approve step`: who owns the records approves each step that deletes, merges or overwrites them. */
export async function signSteps(
  project: Project,
  signer: Signer,
  { steps, reason }: { readonly steps: readonly string[] | 'all'; readonly reason: string | null },
): Promise<readonly { readonly step: string; readonly file: string }[]> {
  requireRole(signer.person, 'owner');
  const runbook = readPlannedRunbook(project);
  const about = runbookId(runbook, digestOf);
  const signed: { step: string; file: string }[] = [];
  for (const step of askedSteps(runbook.steps, signer.person.name, steps)) {
    const text = stringify(step, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false });
    const body = {
      ...decisionFrame(project),
      runbook: about,
      step: step.id,
      approver: signer.person.name,
      role: 'owner' as const,
      shown: digestOf(text),
      reason,
      expiresAt: runbook.expiresAt,
    };
    const file = await keepDecision(project, { kind: 'step-approval', body, text, about }, signer);
    signed.push({ step: step.id, file });
  }
  return signed;
}

/** None where all are wanted and nobody is asked. Throws `approval.unknown-step` for one that nobody, or somebody else, has to approve. */
function askedSteps(
  steps: readonly RunbookStep[],
  name: string,
  wanted: readonly string[] | 'all',
): readonly RunbookStep[] {
  const asked = steps.flatMap(({ action }) =>
    action.kind === 'pre-check' && action.check === 'owners' ? action.steps : [],
  );
  if (wanted === 'all' && asked.length === 0) return [];
  const own = asked.filter(({ owner }) => owner === name).map(({ step }) => step);
  const unknown = wanted === 'all' ? undefined : wanted.find((step) => !own.includes(step));
  if (unknown !== undefined || own.length === 0) throw unknownStep(unknown ?? name, asked);
  return steps.filter(({ id }) => (wanted === 'all' ? own : wanted).includes(id));
}

function unknownStep(
  which: string,
  asked: readonly { readonly step: string; readonly owner: string }[],
): GodwitError {
  const list = asked.map(({ step, owner }) => `${step} (${owner})`).join(', ');
  return new GodwitError({
    code: 'approval.unknown-step',
    title: 'There is no such step for this person to approve',
    detail: `${which}; to be approved one by one: ${list || 'no step'}`,
    nextStep: 'Name a step of the list above, and sign with the key of the person behind it.',
    fate: 'never',
  });
}

export interface AttestationRequest {
  readonly check: Attestation['check'];
  readonly reference: string;
  /** The brief support was given; its digest is signed. */
  readonly file: string | null;
  readonly validDays: number;
}

/** `godwit approve check`: a person has looked, and signs that monitoring is live, or that support has the brief. */
export async function signCheck(
  project: Project,
  signer: Signer,
  { check, reference, file, validDays }: AttestationRequest,
): Promise<{ readonly file: string }> {
  const { person } = signer;
  const role = attestingRoles.find((one) => person.roles.includes(one));
  if (role === undefined) requireRole(person, 'operator');
  if (check === 'support' && file === null) throw briefMissing();
  const runbook = readPlannedRunbook(project);
  const frame = decisionFrame(project);
  const body = {
    ...frame,
    check,
    mapping: runbook.mappingDigest,
    reference,
    file: file === null ? null : digestOf(readBrief(file)),
    attestedBy: person.name,
    role: role ?? 'operator',
    expiresAt: daysFrom(frame.time, validDays),
  };
  const text = `${sentences[check]}\n${reference}\n`;
  const about = runbook.mappingDigest;
  return { file: await keepDecision(project, { kind: 'attestation', body, text, about }, signer) };
}

const sentences: Readonly<Record<Attestation['check'], string>> = {
  monitoring: 'Monitoring of the systems is live, and somebody looks at it during the run.',
  support: 'Support was given this brief and knows what users may notice.',
};

function readBrief(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw briefMissing(cause);
  }
}

function briefMissing(cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'approval.brief-missing',
    title: 'There is no brief to sign for',
    detail: cause instanceof Error ? cause.message : 'no file was named',
    nextStep: 'Name the file that support was given with --file <brief>.',
    fate: 'never',
    ...(cause === undefined ? {} : { cause }),
  });
}
