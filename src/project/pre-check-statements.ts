import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { digestOf } from '../host/index.ts';
import type { Attestation } from '../ledger/index.ts';
import { GodwitError, type Person, type Runbook, type RunbookStep } from '../model/index.ts';
import { attestingRoles, runbookId } from '../runbook/index.ts';
import { type DecisionFrame, daysFrom, requireRole, type Statement } from './statement.ts';

export interface StepDecision {
  readonly steps: readonly string[] | 'all';
  readonly reason: string | null;
}

/**
 * "This step deletes, merges or overwrites records I answer for, and it may", for each step; none where all are wanted and nobody
 * is asked. Throws `approval.role-missing`, `approval.unknown-step`.
 */
export function stepStatements(
  runbook: Runbook,
  person: Person,
  { steps, reason }: StepDecision,
  frame: () => DecisionFrame,
): readonly (Statement<'step-approval'> & { readonly step: string })[] {
  requireRole(person, 'owner');
  const about = runbookId(runbook, digestOf);
  return askedSteps(runbook.steps, person.name, steps).map((step) => {
    const text = stringify(step, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false });
    const body = {
      ...frame(),
      runbook: about,
      step: step.id,
      approver: person.name,
      role: 'owner' as const,
      shown: digestOf(text),
      reason,
      expiresAt: runbook.expiresAt,
    };
    return { kind: 'step-approval', body, text, about, step: step.id };
  });
}

function askedSteps(
  steps: readonly RunbookStep[],
  name: string,
  wanted: readonly string[] | 'all',
): readonly RunbookStep[] {
  const asked = ownedSteps({ steps });
  if (wanted === 'all' && asked.length === 0) return [];
  const own = asked.filter(({ owner }) => owner === name).map(({ step }) => step);
  const unknown = wanted === 'all' ? undefined : wanted.find((step) => !own.includes(step));
  if (unknown !== undefined || own.length === 0) throw unknownStep(unknown ?? name, asked);
  return steps.filter(({ id }) => (wanted === 'all' ? own : wanted).includes(id));
}

/** Steps that somebody has to approve as the owner of what they delete, merge or overwrite. */
export function ownedSteps({ steps }: Pick<Runbook, 'steps'>): readonly OwnedStep[] {
  return steps.flatMap(({ action }) =>
    action.kind === 'pre-check' && action.check === 'owners' ? action.steps : [],
  );
}

export interface OwnedStep {
  readonly step: string;
  readonly owner: string;
}

/** For a step that nobody, or somebody else, has to approve. */
export function unknownStep(which: string, asked: readonly OwnedStep[]): GodwitError {
  const list = asked.map(({ step, owner }) => `${step} (${owner})`).join(', ');
  return new GodwitError({
    code: 'approval.unknown-step',
    title: 'There is no such step for this person to approve',
    detail: `${which}; to be approved one by one: ${list || 'no step'}`,
    nextStep: 'Name a step of the list above, and sign with the key of the person behind it.',
    fate: 'never',
  });
}

export interface CheckDecision {
  readonly check: Attestation['check'];
  /** Digest of the mapping it is said of. */
  readonly mapping: string;
  readonly reference: string;
  /** The brief support was given; its digest is signed. */
  readonly brief: Uint8Array | null;
  readonly validDays: number;
}

/** "I looked, and it is so." Throws `approval.role-missing`; `approval.brief-missing` for support without one. */
export function checkStatement(
  { check, mapping, reference, brief, validDays }: CheckDecision,
  person: Person,
  frame: DecisionFrame,
): Statement<'attestation'> {
  const role = attestingRoles.find((one) => person.roles.includes(one));
  if (role === undefined) requireRole(person, 'operator');
  if (check === 'support' && brief === null) throw briefMissing();
  const body = {
    ...frame,
    check,
    mapping,
    reference,
    file: brief === null ? null : digestOf(brief),
    attestedBy: person.name,
    role: role ?? ('operator' as const),
    expiresAt: daysFrom(frame.time, validDays),
  };
  return { kind: 'attestation', body, text: `${sentences[check]}\n${reference}\n`, about: mapping };
}

const sentences: Readonly<Record<Attestation['check'], string>> = {
  monitoring: 'Monitoring of the systems is live, and somebody looks at it during the run.',
  support: 'Support was given this brief and knows what users may notice.',
  automation:
    'What the target does by itself when records are written was looked at, and what has to be silent during the run is switched off.',
};

/** Throws `approval.brief-missing`. */
export function readBrief(file: string): Uint8Array {
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
