import type { FieldMapping, Mapping, ObjectMapping } from '../model/index.ts';

/**
 * What a mapping says, as plain data for hashing: what is agreed is this, not the file's bytes.
 *
 * Invariants: 1. comments, formatting, the order of keys, file names and lines change nothing. 2. anything that could change
 * a record, or who answers for it and why, changes something. 3. only objects, arrays, strings, booleans and null, so that
 * RFC 8785 has one way to write it.
 */
export function mappingContent(mapping: Mapping): Readonly<Record<string, unknown>> {
  return {
    formatVersion: '1',
    objects: [...mapping.objects].sort(byName).map(objectContent),
    leftBehind: Object.fromEntries(mapping.leftBehind.map(({ relation, reason }) => [relation, reason])),
  };
}

/** The same for one object: an object keeps its digest when another one changes. */
export function objectContent(object: ObjectMapping): Readonly<Record<string, unknown>> {
  const { name, source, target, mode, key, create, each, purge, owner, note } = object;
  return {
    name,
    source,
    target,
    mode,
    key: [...key],
    create,
    each: each ? { name: each.name, in: each.in, ordinal: each.ordinal } : null,
    // Their order says which rule is named, so it counts.
    purge: purge.map(({ when, reason }) => ({ when, reason })),
    fields: Object.fromEntries(object.fields.map((field) => [field.field, fieldContent(field)])),
    leftBehind: Object.fromEntries(object.leftBehind.map(({ field, reason }) => [field, reason])),
    owner,
    note,
  };
}

function fieldContent(field: FieldMapping): Readonly<Record<string, unknown>> {
  const { from, values, unmatched, owner, note } = field;
  return { from, values: values && Object.fromEntries(values), unmatched, owner, note };
}

function byName(a: ObjectMapping, b: ObjectMapping): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
