import type { Schema } from '../model/index.ts';
import type { CheckedObject } from './checked-object.ts';
import { knownTo } from './newer-structure.ts';
import { carriedReferences } from './relation-to-create.ts';
import { withoutRings } from './without-rings.ts';

/** References need both of their relations, so they come when all that is to be created is known. */
export function withReferences(
  checked: readonly CheckedObject[],
  target: Pick<Schema, 'version'>,
): readonly CheckedObject[] {
  const created = new Map(
    checked.flatMap(({ object, relations, creation }) =>
      relations && creation?.carried
        ? [[object.source, { object, from: creation.source, to: relations.target }] as const]
        : [],
    ),
  );
  const known = knownTo(target);
  const referring = checked.map((one) => {
    const { object, relations, creation } = one;
    if (!relations || !creation?.carried) return one;
    const { foreignKeys, left } = carriedReferences(object, creation.source, created, known);
    return {
      ...one,
      relations: { ...relations, target: { ...relations.target, foreignKeys } },
      creation: { ...creation, left: [...creation.left, ...left] },
    };
  });
  return withoutRings(referring);
}
