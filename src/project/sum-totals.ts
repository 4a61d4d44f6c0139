import { apart, sumFields } from '../audit/index.ts';
import type { OpenSystem, Snapshot } from '../connectors/index.ts';
import {
  findField,
  findRelation,
  type Mapping,
  type Runbook,
  type Schema,
  type TotalRule,
} from '../model/index.ts';
import type { TotalSeen } from '../runbook/index.ts';
import { type AuditedWorld, auditedRelation, holdsOthers, idSource } from './audit-world.ts';

/** The fields whose sums were agreed for a relation, when this copy is the last step that fills it. */
export function totalsAfter(
  { steps, objects, stopRules }: Runbook,
  step: string,
  relation: string,
): readonly string[] {
  const fields = (stopRules.totals ?? [])
    .filter((rule) => rule.relation === relation)
    .map(({ field }) => field);
  const filling = new Set(objects.filter(({ target }) => target === relation).map(({ object }) => object));
  const last = steps.findLast(({ action }) => action.kind === 'copy' && filling.has(action.object));
  return last?.id === step ? fields : [];
}

/** Both sums of each agreed field of one relation, with its records as the copy saw them in the source. */
export async function sumTotals(
  world: Omit<AuditedWorld, 'source' | 'onProgress'> & { readonly target: OpenSystem },
  source: Snapshot,
  { relation: name, fields }: { readonly relation: string; readonly fields: readonly string[] },
): Promise<readonly TotalSeen[]> {
  const relation = findRelation(world.targetSchema, name);
  if (!relation) throw new RangeError(`${name} was filled and is not in the target`);
  await using target = await world.target.reads.snapshot();
  const audited = auditedRelation(world, relation, { source, target });
  const sums = await sumFields(audited, idSource(world), fields, { signal: world.signal });
  return fields.map((field, at) => {
    const sum = sums?.[at];
    if (!sum) return { relation: name, field, expected: null, actual: null, apart: null };
    return { ...sum, apart: apart(sum) };
  });
}

/** Why agreed sums could never be compared, a sentence for each. */
export function blindTotals(runbook: Runbook, target: Schema, mapping: Mapping): readonly string[] {
  return (runbook.stopRules.totals ?? []).flatMap((rule) => {
    const reason = blind(rule, runbook, target) ?? unfilled(rule, mapping);
    return reason === null ? [] : [`the sum of ${rule.relation}.${rule.field} cannot be compared: ${reason}`];
  });
}

function blind(
  { relation: name, field: fieldName }: TotalRule,
  runbook: Runbook,
  target: Schema,
): string | null {
  const objects = runbook.objects.filter((object) => object.target === name);
  if (objects.length === 0) return 'the mapping does not fill this relation of the target';
  const relation = findRelation(target, name);
  const field = relation && findField(relation, fieldName);
  if (!field || field.synthetic) return 'the target has no such field';
  const { kind } = field.type;
  if (kind !== 'integer' && kind !== 'decimal')
    return `only whole numbers and decimals have an exact sum, and it is ${kind}`;
  if (holdsOthers(objects)) return 'records of others are in this relation';
  const later = runbook.steps.some(
    ({ action }) =>
      action.kind === 'copy' &&
      objects.some(({ object }) => object === action.object) &&
      action.deferred.includes(fieldName),
  );
  return later ? 'it is set by a second pass' : null;
}

function unfilled({ relation, field: name }: TotalRule, { objects }: Mapping): string | null {
  const leaves = objects.find(
    ({ target, fields }) => target === relation && !fields.some(({ field }) => field === name),
  );
  return leaves ? `${leaves.name} does not fill it` : null;
}
