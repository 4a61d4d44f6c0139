import type { Row } from '../../model/index.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { linkEnds, linksName } from './link-ends.ts';
import { anyOf, inAddress } from './soql.ts';

/**
 * Conditions that together find all records with one of the keys, each with as many keys as fit into the room; one of them may be
 * null: everything, where the org does not search by these fields.
 *
 * @param room characters that a condition may have in an address
 */
export function* conditionsFor(
  object: DescribedObject,
  names: readonly string[],
  keys: readonly Row[],
  room: number,
): Generator<string | null> {
  if (keys.length === 0) return;
  // Nor by their ids.
  if (object.name === linksName && !names.some((name) => linkEnds.includes(name))) {
    yield null;
    return;
  }
  const document = object.name === linksName ? names.indexOf('ContentDocumentId') : -1;
  if (document >= 0 && names.length > 1) {
    // An org shows links by one end alone: those to other records are left out by whoever asks.
    const ends = new Set(keys.map((key) => key[document] ?? null));
    yield* conditionsFor(
      object,
      ['ContentDocumentId'],
      Array.from(ends, (end) => [end]),
      room,
    );
    return;
  }
  const fields = names.flatMap((name) => object.fields.find((field) => field.name === name) ?? []);
  if (fields.length < names.length || fields.some(({ filterable }) => !filterable)) {
    yield null;
    return;
  }
  for (const part of inParts(fields, keys, room)) {
    const where = anyOf(fields, part);
    if (where !== null) yield where;
  }
}

function* inParts(
  fields: readonly DescribedField[],
  keys: readonly Row[],
  room: number,
): Generator<readonly Row[]> {
  const frame = fields.length === 1 ? `${fields[0]?.name} IN ()` : '';
  const frameSize = inAddress(frame).length;
  const linkSize = inAddress(fields.length === 1 ? ',' : ' OR ').length;
  let [part, size]: [Row[], number] = [[], frameSize];
  for (const key of keys) {
    const alone = anyOf(fields, [key]);
    if (alone === null) continue;
    const more = inAddress(alone).length - frameSize + linkSize;
    if (part.length > 0 && size + more > room) {
      yield part;
      [part, size] = [[], frameSize];
    }
    part.push(key);
    size += more;
  }
  if (part.length > 0) yield part;
}
