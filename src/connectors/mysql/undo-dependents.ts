import type { Session } from './sessions.ts';
import { qualifiedName, quoteName, quoteText } from './sql.ts';
import type { TargetTable } from './target-table.ts';

/**
 * Which of these records others refer to by a reference that would delete or change the referring record along with it
 * (ON DELETE CASCADE, SET NULL, SET DEFAULT): the place `u.n` and the relation that refers. The server would do so without
 * a word; records that belong to somebody else must not go that way. References from among the records themselves are fine.
 *
 * @param join the records about to be removed, as `matching` joins them
 * @param among for each of them a condition that names it by its own fields
 */
export async function findDependents(
  session: Session,
  table: TargetTable,
  join: string,
  among: readonly string[],
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  if (among.length === 0) return found;
  const name = table.relation.name;
  const rows = await session.rows(referencesQuery(name));
  const references = Map.groupBy(rows, ([schema, child, constraint]) =>
    JSON.stringify([schema, child, constraint]),
  );
  for (const pairs of references.values()) {
    const [schema, child, , own] = pairs[0] ?? [];
    const refers = pairs.map(
      ([, , , , from, to]) => `r.${quoteName(String(from))} = t.${quoteName(String(to))}`,
    );
    const itself = schema === own && child === name;
    const others = qualifiedName(String(schema), String(child));
    const from = itself ? `(SELECT * FROM ${others} WHERE NOT (${among.join(' OR ')}))` : others;
    for (const [place] of await session.rows(
      `SELECT DISTINCT u.n FROM ${join} JOIN ${from} AS r ON ${refers.join(' AND ')}`,
    ))
      found.set(Number(place), String(child));
  }
  return found;
}

/** Whether anything refers to the relation by such a reference. */
export async function hasDependents(session: Session, { relation }: TargetTable): Promise<boolean> {
  return (await session.rows(referencesQuery(relation.name))).length > 0;
}

function referencesQuery(name: string): string {
  return `SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, database(), k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME
    FROM information_schema.KEY_COLUMN_USAGE AS k JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.REFERENCED_TABLE_SCHEMA = database() AND k.REFERENCED_TABLE_NAME = ${quoteText(name)}
      AND r.DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT')
    ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`;
}
