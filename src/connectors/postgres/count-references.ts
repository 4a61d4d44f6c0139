import type { ForeignKey, Relation } from '../../model/index.ts';
import { equalFields, referencesQuery } from '../references-query.ts';
import { fromRelation, qualifiedName, quoteName } from './sql.ts';

/** Both numbers of `Snapshot.countReferences`. Children of an inherited table are relations of their own. */
export function countReferencesQuery(
  schema: string,
  child: Relation,
  foreignKey: ForeignKey,
  parent: Relation,
): string {
  const { fields, references } = foreignKey;
  const name = qualifiedName(schema, parent.name);
  const only = parent.kind === 'table' ? 'ONLY ' : '';
  const from = fromRelation(schema, { ...child, identity: [] });
  const whole = { child: from, parent: `${only}${name} AS p`, quote: quoteName };
  if (foreignKey.period !== true) return referencesQuery(foreignKey, whole);
  // The span has to be covered by all records of the other fields' values together.
  const [span = '', spanned = ''] = [fields.at(-1), references.fields.at(-1)];
  const others = equalFields(fields.slice(0, -1), references.fields.slice(0, -1), quoteName);
  const covered = `SELECT 1 FROM ${only}${name} AS p WHERE ${others}
    HAVING range_agg(p.${quoteName(spanned)}) @> t.${quoteName(span)}`;
  return referencesQuery(foreignKey, { ...whole, parent: `(${covered}) AS p` }, 'true');
}
