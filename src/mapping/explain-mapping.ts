import type { Transform } from '../expressions/index.ts';
import type { Mapping, ObjectMapping } from '../model/index.ts';

/** One line of the mapping book: what becomes of what, why, and who answers for it. */
export interface MappingRow {
  readonly object: string;
  readonly kind: 'field' | 'each' | 'purge' | 'left-behind';
  /** Source relation and fields, as far as they are known. */
  readonly from: string;
  /** The transformation, as written; null where there is none. */
  readonly transformation: string | null;
  /** `relation.field` of the target; null for what stays behind. */
  readonly to: string | null;
  /** Old -> new, in the order of the file; empty without a value map. */
  readonly values: readonly { readonly old: string; readonly now: string | null }[];
  readonly note: string | null;
  readonly owner: string | null;
  /** False while the object does not compile: then the row is what was written, not what will be done. */
  readonly compiled: boolean;
}

/** Every decision of the mapping as rows, in the order of the files: the mapping book people read and sign. */
export function explainMapping(
  mapping: Mapping,
  transforms: ReadonlyMap<string, Transform>,
): readonly MappingRow[] {
  return [
    ...mapping.objects.flatMap((object) => explainObject(object, transforms.has(object.name))),
    ...mapping.leftBehind.map(
      ({ relation, reason }): MappingRow => ({
        ...blank,
        object: '',
        kind: 'left-behind',
        from: relation,
        note: reason,
        compiled: true,
      }),
    ),
  ];
}

const blank = { transformation: null, to: null, values: [], note: null, owner: null } as const;

function explainObject(object: ObjectMapping, compiled: boolean): readonly MappingRow[] {
  const { name, source, target, each, owner } = object;
  const row = { ...blank, object: name, owner, compiled };
  return [
    ...(each
      ? [
          {
            ...row,
            kind: 'each' as const,
            from: source,
            transformation: each.in,
            to: target,
            note: `one ${target} for each ${each.name}`,
          },
        ]
      : []),
    ...object.purge.map(({ when, reason }) => ({
      ...row,
      kind: 'purge' as const,
      from: source,
      transformation: when,
      note: reason,
    })),
    ...object.fields.map((field) => ({
      ...row,
      kind: 'field' as const,
      from: source,
      transformation: field.from,
      to: `${target}.${field.field}`,
      values: Array.from(field.values ?? [], ([old, now]) => ({ old, now })),
      note: field.note,
      owner: field.owner ?? owner,
    })),
    ...object.leftBehind.map(({ field, reason }) => ({
      ...row,
      kind: 'left-behind' as const,
      from: `${source}.${field}`,
      note: reason,
    })),
  ];
}
