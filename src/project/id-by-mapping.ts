import { compileExpression, type Environment, type TransformOutcome } from '../expressions/index.ts';
import { type RecordKey, type Row, recordKey, type Value } from '../model/index.ts';
import { type IdWorld, valuesOf } from './id-world.ts';

/** The old record as the source has it now; null where it has none of this key. */
export async function oldRecord({ plan, source }: IdWorld, key: Row): Promise<Row | null> {
  const all = plan.source.fields.map(({ name }) => name);
  const [row] = await valuesOf(source, plan.source, { fields: plan.source.identity, keys: [key] }, all, 1);
  return row ?? null;
}

/** What the mapping makes of an old record, as far as its rules that purge and the fields of its key go. */
export async function keyOutcome(world: IdWorld, row: Row, run: string | null): Promise<TransformOutcome> {
  const transform = world.plan.linkTransform([]);
  const answers = new Map<string, ReadonlyMap<RecordKey, Row>>();
  for (const lookup of transform.lookups) {
    const { object } = lookup;
    const found = run === null ? null : await world.target.writes?.resolve(run, object, lookup.keys(row));
    answers.set(object, new Map([...(answers.get(object) ?? []), ...(found ?? [])]));
  }
  const environment: Environment = {
    lookup: (object, key) => idOf(answers.get(object)?.get(key)),
    mask: world.blind,
  };
  return transform.apply(row, environment);
}

function idOf(row: Row | undefined): Value | undefined {
  const [only] = row ?? [];
  return row?.length === 1 ? only : row;
}

/** The mapping gives every field of the key, and asks no id that nobody kept. */
export function givesKey({ plan }: IdWorld): boolean {
  const fields = plan.linkTransform([]).targetFields;
  return plan.key.every((name) => fields.includes(name));
}

/** `Legacy_Id__c: concat('company ', id)`: what gives each field of the key. */
export function keyInWords({ plan, object }: IdWorld): string {
  return object.fields
    .filter(({ field }) => plan.key.includes(field))
    .map(({ field, from }) => `${field}: ${from}`)
    .join('; ');
}

/** Keys that the mapping gives, in the order of the object's key. */
export function keysGiven({ plan }: IdWorld, rows: readonly Row[]): readonly Row[] {
  const fields = plan.linkTransform([]).targetFields;
  return rows.map((row) => plan.key.map((name) => row[fields.indexOf(name)] ?? null));
}

/**
 * The target fields that hold the old key unaltered, in the order of the source's identity; null where the mapping computes
 * something of it, so that nobody gets it back from the target alone.
 */
export function fieldsWithOldKey({ plan, object }: IdWorld): readonly string[] | null {
  if (object.each !== null) return null;
  const scope = { fields: plan.source.fields, lookups: new Map() };
  const plain = new Map<string, string>();
  for (const { field, from, values } of object.fields) {
    // The text of a value is the value, as far as keys are read; whatever else is computed of it is not.
    if (values !== null || !/^[\w".]+(?:::text)?$/u.test(from)) continue;
    const [name] = compileExpression(from, scope).reads;
    if (name !== undefined) plain.set(name, field);
  }
  const fields = plan.source.identity.flatMap((name) => plain.get(name) ?? []);
  return fields.length === plan.source.identity.length ? fields : null;
}

export const sameKey = (one: Row, other: Row): boolean => recordKey(one) === recordKey(other);
