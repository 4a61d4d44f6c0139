import type { Relation } from '../../model/index.ts';
import type { Session, TextRow } from './sessions.ts';
import { qualifiedName, quoteName } from './sql.ts';
import type { TargetTable } from './target-table.ts';

/** Records about to be removed: a FROM item `u` with `u.n`, joined to the table `t` by the condition. */
export interface Removals {
  readonly from: string;
  readonly condition: string;
  readonly parameters: readonly string[];
}

/**
 * Which of these records others refer to by a reference that would delete or change the referring record along with it
 * (ON DELETE CASCADE, SET NULL, SET DEFAULT): the place `u.n` and the relation that refers. The server would do so without
 * a word; records that belong to somebody else must not go that way. References from among the records themselves are fine.
 */
export async function findDependents(
  session: Session,
  namespace: string,
  relation: Relation,
  table: TargetTable,
  removals: Removals,
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  if (removals.parameters.length === 0) return found;
  for (const [schema, name, pairs] of await referencesThatAct(session, namespace, relation)) {
    const columns = JSON.parse(String(pairs)) as { readonly from: string; readonly to: string }[];
    const refers = columns.map(({ from, to }) => `r.${quoteName(from)} = t.${quoteName(to)}`).join(' AND ');
    const itself = schema === namespace && name === relation.name;
    const notAmongThem = itself
      ? ` AND r.ctid NOT IN (SELECT t.ctid FROM ${removals.from} JOIN ${table.name} AS t ON ${removals.condition})`
      : '';
    const rows = await session.rows(
      `SELECT u.n FROM ${removals.from} JOIN ${table.name} AS t ON ${removals.condition}
       WHERE EXISTS (SELECT FROM ${qualifiedName(String(schema), String(name))} AS r WHERE ${refers}${notAmongThem})`,
      removals.parameters,
    );
    for (const [place] of rows) found.set(Number(place), String(name));
  }
  return found;
}

/** The references to a relation that delete or change the referring record: its schema, its relation, the pairs of fields. */
export async function referencesThatAct(
  session: Session,
  namespace: string,
  relation: Relation,
): Promise<readonly TextRow[]> {
  return session.rows(referencesQuery, [namespace, relation.name]);
}

const referencesQuery = `
  SELECT n.nspname, c.relname, (
      SELECT json_agg(json_build_object('from', f.attname, 'to', p.attname))
      FROM unnest(r.conkey, r.confkey) AS k(own, other)
        JOIN pg_catalog.pg_attribute AS f ON f.attrelid = r.conrelid AND f.attnum = k.own
        JOIN pg_catalog.pg_attribute AS p ON p.attrelid = r.confrelid AND p.attnum = k.other)
  FROM pg_catalog.pg_constraint AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class AS t ON t.oid = r.confrelid
    JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
  WHERE r.contype = 'f' AND r.confdeltype IN ('c', 'n', 'd') AND tn.nspname = $1 AND t.relname = $2 AND r.conparentid = 0`;
