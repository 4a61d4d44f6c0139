import { digestOf } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import type { Mapping, Runbook } from '../model/index.ts';
import { objectMappingDigest, type Refusal, rulesFor, runbookId } from '../runbook/index.ts';
import { agreedRule } from './agreed-rule.ts';
import { agreedStopRules, stopRuleKeys } from './agreed-stop-rules.ts';
import { checkpointsOf } from './checkpoints-place.ts';
import { environmentOf } from './pre-checks.ts';
import type { Project } from './project.ts';
import { protectionOf } from './protection-settings.ts';

/** A `runbook.yaml` that `godwit plan` did not write: edited, or of another project. The ledger knows what was planned. */
export function runbookEdited(project: Project, runbook: Runbook): readonly Refusal[] {
  const id = runbookId(runbook, digestOf);
  for (const { type, body } of project.ledger().entries())
    if (type === 'runbook-planned' && (body as { runbook?: string } | undefined)?.runbook === id) return [];
  return [
    {
      code: 'runbook.not-planned',
      what: `runbook.yaml is ${id}, and the ledger knows of no plan with this content`,
    },
  ];
}

/** Limits that `godwit.yaml` now says otherwise than the runbook that was approved: which of the two holds must not be guessed. */
export function limitsChanged(project: Project, runbook: Runbook): readonly Refusal[] {
  const { approvals, run } = project.settings;
  const now = agreedStopRules(project.settings);
  const pairs: readonly (readonly [name: string, agreed: unknown, now: unknown])[] = [
    ...stopRuleKeys.map(([key, rule]) => [`stop_rules.${key}`, runbook.stopRules[rule], now[rule]] as const),
    ['approvals.role', runbook.approvals.role, approvals.role],
    ['approvals.people', runbook.approvals.people, approvals.people],
    [
      'approvals.for_risk',
      runbook.approvals.forRisk,
      rulesFor(agreedRule(project.settings), runbook).forRisk,
    ],
    ['environment', environmentAgreed(runbook), environmentOf(project.settings)],
    ['responsibility', runbook.responsibility, project.settings.responsibility],
    ['run.rows_per_slice', runbook.options.rowsPerSlice, run.rows_per_slice],
    ['run.slices_at_once', runbook.options.slicesAtOnceMax, run.slices_at_once],
    ...protectionPairs(project, runbook),
    [
      'systems.target.checkpoints',
      runbook.options.checkpoints ?? 'in-target',
      checkpointsOf(project.settings),
    ],
  ];
  const told = pairs.map(([name, agreed, now]) => [name, inWords(agreed), inWords(now)] as const);
  const different = told.filter(([, agreed, now]) => agreed !== now);
  if (different.length === 0) return [];
  const what = different.map(
    ([name, agreed, now]) => `${name} was agreed as ${agreed} and is ${now} in godwit.yaml`,
  );
  return [{ code: 'runbook.limits-changed', what: what.join(', ') }];
}

/** In a runbook that says nothing of it nothing of it was agreed. */
function protectionPairs(
  { settings }: Project,
  { options: { protection: agreed } }: Runbook,
): readonly (readonly [name: string, agreed: unknown, now: unknown])[] {
  if (agreed === undefined) return [];
  const now = protectionOf(settings.protection);
  return [
    ['protection.source', agreed.source, now.source],
    ['protection.target', agreed.target, now.target],
  ];
}

/** A runbook for production asks for what has to come before it. */
function environmentAgreed({ steps }: Runbook): string {
  return steps.some(({ action }) => action.kind === 'pre-check') ? 'production' : 'practice';
}

const inWords = (value: unknown): string =>
  value === undefined || value === null ? 'not set' : canonicalJson(value);

/** Objects whose mapping is not the one the runbook was made from, in words. */
export function mappingChanges(mapping: Mapping, runbook: Runbook): readonly string[] {
  const agreed = new Map(runbook.objects.map(({ object, mappingDigest }) => [object, mappingDigest]));
  const now = new Map(mapping.objects.map((object) => [object.name, objectMappingDigest(object, digestOf)]));
  return [
    ...[...now].flatMap(([name, digest]) => {
      const before = agreed.get(name);
      if (before === undefined) return [`${name} was added`];
      return before === digest ? [] : [`${name} was changed`];
    }),
    ...[...agreed.keys()].filter((name) => !now.has(name)).map((name) => `${name} is gone`),
  ];
}
