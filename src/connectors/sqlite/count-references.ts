import { type ForeignKey, findField, type Relation } from '../../model/index.ts';
import { referencesQuery } from '../references-query.ts';
import { affinityOf, quoted } from './sql.ts';

/**
 * Both numbers of `Snapshot.countReferences`. Null where the fields have different affinities: a reference gives a value that
 * of the field it refers to, a comparison may do the opposite.
 */
export function countReferencesQuery(
  child: Relation,
  foreignKey: ForeignKey,
  parent: Relation,
): string | null {
  const alike = foreignKey.fields.every(
    (name, at) => affinityIn(child, name) === affinityIn(parent, foreignKey.references.fields[at] ?? ''),
  );
  if (!alike) return null;
  const sides = { child: `${quoted(child.name)} AS t`, parent: `${quoted(parent.name)} AS p`, quote: quoted };
  return referencesQuery(foreignKey, sides);
}

function affinityIn(relation: Relation, name: string): string {
  return affinityOf(findField(relation, name)?.native ?? '');
}
