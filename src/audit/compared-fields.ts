import type { Transform } from '../expressions/index.ts';
import type { Field, FieldType, Row, Value } from '../model/index.ts';
import type { AuditedRelation } from './audited-relation.ts';
import { canonicalText, type Normalisation, normalisationOf } from './canonical-form.ts';

/**
 * Which target fields an audit compares, in which order, and what stays outside and why: nothing is left out silently.
 * Invariant: the key fields are compared too, when the mapping fills them.
 */
export interface ComparedFields {
  readonly fields: readonly Field[];
  readonly types: readonly FieldType[];
  /** Places of the key fields among `fields`; all fields when the target has no key the mapping fills. */
  readonly key: readonly number[];
  /** The key fields, when the target gave them itself: their expected values are the new ids that were captured. */
  readonly givenKey: readonly string[];
  readonly notCompared: readonly { readonly field: string; readonly why: string }[];
  readonly normalisations: readonly { readonly field: string; readonly normalisation: Normalisation }[];
}

export function comparedFields({ relation, key, objects, othersAllowed }: AuditedRelation): ComparedFields {
  const transforms = objects.map(({ transform }) => transform);
  const givenKey = key.every((name) => transforms.every(({ targetFields }) => !targetFields.includes(name)))
    ? key
    : [];
  const written = relation.fields.filter((field) => !field.synthetic);
  const reasons = written.map((field) => ({
    field,
    why: givenKey.includes(field.name)
      ? null
      : (reasonNotCompared(field, transforms) ?? (othersAllowed ? reasonKept(field, objects) : null)),
  }));
  const fields = reasons.flatMap(({ field, why }) => (why === null ? [field] : []));
  const places = key.map((name) => fields.findIndex((field) => field.name === name));
  return {
    fields,
    types: fields.map((field) => field.type),
    key: places.length > 0 && places.every((place) => place >= 0) ? places : fields.map((_, place) => place),
    givenKey,
    notCompared: reasons.flatMap(({ field, why }) => (why === null ? [] : [{ field: field.name, why }])),
    normalisations: fields.flatMap(({ name, type }) => {
      const normalisation = normalisationOf(type);
      return normalisation === null ? [] : [{ field: name, normalisation }];
    }),
  };
}

/** A field some object does not fill is still compared, with NULL, when nothing but NULL can be expected there. */
function reasonNotCompared(field: Field, transforms: readonly Transform[]): string | null {
  const filled = transforms.filter((transform) => transform.targetFields.includes(field.name)).length;
  if (filled === transforms.length) return null;
  if (field.generated !== 'no') return 'the target computes it';
  if (field.default !== null) return `the target fills it with its default ${field.default}`;
  return field.nullable ? null : 'the mapping does not fill it';
}

/** Nobody knows any more what an upserted record held before in a field that the mapping leaves alone. */
function reasonKept(field: Field, objects: AuditedRelation['objects']): string | null {
  const leaves = objects.find(
    ({ upserts, transform }) => upserts && !transform.targetFields.includes(field.name),
  );
  return leaves ? `${leaves.name} upserts and leaves it as it was` : null;
}

/** For each compared field its place in rows of these names, or -1 where they do not hold it. */
export function placesOf(compared: ComparedFields, names: readonly string[]): readonly number[] {
  return compared.fields.map((field) => names.indexOf(field.name));
}

/** The places of the compared fields that rows of these names fill. */
export function filledPlaces(compared: ComparedFields, names: readonly string[]): ReadonlySet<number> {
  return new Set(placesOf(compared, names).flatMap((from, place) => (from < 0 ? [] : [place])));
}

export function keyPlacesOf({ key }: ComparedFields, places: readonly number[]): readonly number[] {
  return key.map((place) => places[place] ?? -1);
}

/** The values in the order in which they are compared. */
export function arrange(row: Row, places: readonly number[]): Row {
  const arranged: Value[] = [];
  for (const place of places) arranged.push(place < 0 ? null : (row[place] ?? null));
  return arranged;
}

/**
 * The text that names a record on both sides: canonical, so that `1.0` and `1.00` are one key.
 *
 * @param keyPlaces where the key fields are in the row: `compared.key` in one that is arranged, else see `keyPlacesOf`
 */
export function keyText(row: Row, { key, types }: ComparedFields, keyPlaces: readonly number[]): string {
  const parts: unknown[] = [];
  for (let at = 0; at < key.length; at += 1) {
    const value = row[keyPlaces[at] as number] ?? null;
    if (value === null || Array.isArray(value)) parts.push(value);
    else if (value instanceof Uint8Array) parts.push({ x: Buffer.from(value).toString('hex') });
    else parts.push(canonicalText(value as string | boolean, types[key[at] as number] as FieldType));
  }
  return JSON.stringify(parts);
}
