import type { FieldLookup } from '../expressions/index.ts';
import { findField, type Mapping, type ObjectMapping, type Relation } from '../model/index.ts';
import type { CheckedField } from './check-fields.ts';

/** One object needs another one's records to be in the target first, because of one of its fields. */
export interface ObjectDependency {
  readonly object: string;
  /** The target field; empty for a purge rule, which is needed in both passes. */
  readonly field: string;
  readonly on: string;
  readonly via: 'lookup' | 'foreign-key';
  /** The field may be null, so that it can be set in a second pass. */
  readonly nullable: boolean;
  /** A missing record is no failure (`lookup_or_null`). */
  readonly optional: boolean;
}

/** Dependencies by lookup, and by references of the target over fields that are copied as they are. Itself included. */
export function objectDependencies(
  object: ObjectMapping,
  target: Relation,
  checked: { readonly fields: readonly CheckedField[]; readonly purges: readonly FieldLookup[] },
  mapping: Mapping,
): readonly ObjectDependency[] {
  const { fields, purges } = checked;
  const found = new Map<string, ObjectDependency>();
  const add = (dependency: ObjectDependency): void => {
    const name = `${dependency.field}\n${dependency.on}`;
    const known = found.get(name);
    if (!known || (known.optional && !dependency.optional)) found.set(name, dependency);
  };
  const nullable = (field: string): boolean =>
    (findField(target, field)?.nullable ?? false) && !object.key.includes(field);
  for (const { object: on, optional } of purges)
    add({ object: object.name, field: '', on, via: 'lookup', nullable: false, optional });
  for (const { field, program } of fields)
    for (const { object: on, optional } of program.lookups)
      add({ object: object.name, field, on, via: 'lookup', nullable: nullable(field), optional });
  for (const key of target.foreignKeys) {
    const parents = mapping.objects.filter((one) => one.target === key.references.relation);
    for (const field of key.fields)
      if (fields.some((one) => one.field === field))
        for (const { name: on } of parents)
          if (!found.has(`${field}\n${on}`))
            add({
              object: object.name,
              field,
              on,
              via: 'foreign-key',
              nullable: nullable(field),
              optional: false,
            });
  }
  return [...found.values()];
}
