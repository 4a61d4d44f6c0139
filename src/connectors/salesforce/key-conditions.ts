import type { Row } from '../../model/index.ts';
import type { DescribedObject } from './described.ts';
import { addressMax } from './record-pages.ts';
import { anyOf } from './soql.ts';

/**
 * Conditions that together find all records with one of the keys, each short enough for an address; one of them may be null:
 * everything, where the org does not search by these fields.
 */
export function* conditionsFor(
  object: DescribedObject,
  names: readonly string[],
  keys: readonly Row[],
): Generator<string | null> {
  if (keys.length === 0) return;
  const fields = names.flatMap((name) => object.fields.find((field) => field.name === name) ?? []);
  if (fields.length < names.length || fields.some(({ filterable }) => !filterable)) {
    yield null;
    return;
  }
  const where = anyOf(fields, keys);
  if (where === null) return;
  if (encodeURIComponent(where).length <= addressMax / 2 || keys.length === 1) yield where;
  else {
    const middle = Math.ceil(keys.length / 2);
    yield* conditionsFor(object, names, keys.slice(0, middle));
    yield* conditionsFor(object, names, keys.slice(middle));
  }
}
