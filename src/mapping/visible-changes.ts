import { describeFieldType, type FieldMapping, type Mapping, type ObjectMapping } from '../model/index.ts';
import type { CheckedField } from './check-fields.ts';
import type { MappingCheck } from './check-mapping.ts';
import { kindOfComputation } from './kind-of-computation.ts';
import type { MergedValue, VisibleChange, VisibleChangeKind } from './visible-change.ts';

/**
 * Everything in a mapping that makes the new system show something else than the old one did, in the order of the files.
 *
 * Invariant: a field that is not handed on under its own name and with its own type is in it, as at least one change; so what
 * is not in it looks as it did. What becomes of single records that do not fit is no matter of the mapping: the audit and the
 * quarantine tell it.
 */
export function visibleChanges(
  mapping: Mapping,
  check: Pick<MappingCheck, 'fields' | 'targets'>,
): readonly VisibleChange[] {
  return [
    ...mapping.objects.flatMap((object) => objectChanges(object, check)),
    ...mapping.leftBehind.map(
      ({ relation, reason }): VisibleChange => ({
        ...gone(relation, relation, reason),
        kind: 'records-gone',
      }),
    ),
  ];
}

function gone(relation: string, before: string, why: string): VisibleChange {
  return { kind: 'field-gone', relation, before, after: null, values: [], why };
}

function objectChanges(
  object: ObjectMapping,
  { fields, targets }: Pick<MappingCheck, 'fields' | 'targets'>,
): readonly VisibleChange[] {
  const { source, target, each } = object;
  const change = { relation: target, values: [], why: object.note } as const;
  const identities = targets.get(object.name)?.fields ?? [];
  const fed = new Set(object.fields.map(({ field }) => field));
  const newIds = identities.filter(
    ({ name, generated }) => object.key.includes(name) && generated !== 'computed' && !fed.has(name),
  );
  return [
    ...(source === target ? [] : [{ ...change, kind: 'renamed', before: source, after: target } as const]),
    ...(each ? [{ ...change, kind: 'split', before: each.in, after: target } as const] : []),
    ...object.purge.map(({ when, reason }) => ({
      ...gone(target, when, reason),
      kind: 'records-gone' as const,
    })),
    ...newIds.map(({ name }) => ({ ...change, kind: 'new-id', before: source, after: name }) as const),
    ...object.fields.flatMap((field) =>
      fieldChanges(
        object,
        field,
        fields.find((one) => one.object === object.name && one.field === field.field),
      ),
    ),
    ...object.leftBehind.map(({ field, reason }) => gone(target, field, reason)),
  ];
}

function fieldChanges(
  { target }: ObjectMapping,
  field: FieldMapping,
  checked: CheckedField | undefined,
): readonly VisibleChange[] {
  const before = field.from.trim();
  const change = { relation: target, before, after: field.field, values: [], why: field.note };
  const copied = checked?.program.field ?? null;
  const kinds: VisibleChangeKind[] = [];
  if (copied === null) kinds.push(...(field.values ? [] : [kindOfComputation(before, checked)]));
  else if (copied !== field.field) kinds.push('renamed');
  if (copied !== null && !field.values && checked && retyped(checked))
    kinds.push(isTime(checked) ? 'time' : 'retyped');
  return [
    ...(field.values ? [{ ...change, kind: 'values' as const, values: mergedValues(field.values) }] : []),
    ...kinds.map((kind) => ({ ...change, kind })),
  ];
}

/** Lengths and other limits alone show nowhere: nothing is cut without the mapping's own words. */
function retyped({ from, to }: CheckedField): boolean {
  const bare = (type: CheckedField['from']): string =>
    type.kind === 'text' ? 'text' : type.kind === 'integer' ? 'integer' : type.kind;
  return bare(from) !== bare(to) && describeFieldType(from) !== describeFieldType(to);
}

function isTime({ from, to }: CheckedField): boolean {
  return [from, to].some(({ kind }) => ['date', 'time', 'timestamp', 'instant'].includes(kind));
}

function mergedValues(values: ReadonlyMap<string, string | null>): readonly MergedValue[] {
  const together = Map.groupBy(values, ([, now]) => now);
  return Array.from(together, ([now, pairs]) => ({ olds: pairs.map(([old]) => old), now }));
}
