import type { ForeignKey, Relation, Schema } from '../model/index.ts';
import type { LeftOut } from './carried-structure.ts';
import type { CheckedObject } from './checked-object.ts';
import { knownTo } from './newer-structure.ts';
import { referenceInMysql } from './reference-in-mysql.ts';
import { carriedReferences } from './relation-to-create.ts';
import { withoutRings } from './without-rings.ts';

/** References need both of their relations, so they come when all that is to be created is known. */
export function withReferences(
  checked: readonly CheckedObject[],
  target: Pick<Schema, 'kind' | 'version'>,
): readonly CheckedObject[] {
  const created = new Map(
    checked.flatMap(({ object, relations, creation }) =>
      relations && creation?.carried
        ? [[object.source, { object, from: creation.source, to: relations.target }] as const]
        : [],
    ),
  );
  const known = knownTo(target);
  const found = new Map(
    checked.flatMap(({ creation }) => (creation ? [[creation.found.name, creation.found]] : [])),
  );
  const referring = checked.map((one) => {
    const { object, relations, creation } = one;
    if (!relations || !creation?.carried) return one;
    const foreign = target.kind === 'mysql' && creation.source !== relations.source;
    const fits = foreign
      ? (key: ForeignKey, parent: Relation): ForeignKey | string =>
          referenceInMysql(key, creation.found, found.get(parent.name) ?? parent)
      : undefined;
    const { foreignKeys, left } = carriedReferences(object, creation.source, created, known, fits);
    return {
      ...one,
      relations: { ...relations, target: { ...relations.target, foreignKeys } },
      creation: {
        ...creation,
        left: [...creation.left, ...left, ...(foreign ? heldAtOnce(creation.source, foreignKeys) : [])],
      },
    };
  });
  return withoutRings(referring, target.kind);
}

/** Foreign keys that come along, but no longer wait for the end of a transaction where they are told to. */
function heldAtOnce({ foreignKeys }: Relation, kept: readonly ForeignKey[]): readonly LeftOut[] {
  const names = new Set(kept.map(({ name }) => name));
  return foreignKeys
    .filter(({ name, deferrable }) => deferrable && names.has(name))
    .map(({ name }) => ({
      kind: 'foreign-key',
      name,
      why: 'only one that holds at once does: it cannot wait for the end of a transaction',
      known: true,
    }));
}
