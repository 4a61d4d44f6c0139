import { type CrmDatabase, sql } from './crm-servers.ts';
import { type CrmTable, crmTables } from './crm-tables.ts';

/**
 * Throws when the target does not hold the CRM of the source: every record, and an index, a key and a reference over the same
 * fields for each of the source, whatever their names and whatever type a moment, a document or a flag was given. Asked in
 * SQL, of both servers.
 */
export async function expectSameCrm(source: CrmDatabase, target: CrmDatabase, who: string): Promise<void> {
  const [own, found] = await Promise.all([source, target].map(describe));
  const expected = [...(own ?? []), indexOfReference].sort();
  for (const [place, line] of expected.entries())
    if (found?.[place] !== line)
      throw new RangeError(`${who}: ${line} is awaited, the target has ${found?.[place] ?? 'nothing'}`);
  if (expected.length !== found?.length)
    throw new RangeError(`${who}: the target has ${found?.length} things, not ${expected.length}`);
}

/** MariaDB holds no reference without an index; of the six only this one has none in PostgreSQL. */
const indexOfReference = JSON.stringify(['accounts', 'index', false, false, true, 'parent_id']);

async function describe(database: CrmDatabase): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const table of crmTables) {
    const hash = (seed: number): string => `sum(hashtextextended(${recordTexts[table]}, ${seed}))`;
    const query = `SELECT count(*), ${hash(1)}, ${hash(2)} FROM crm.${table}`;
    const [row] = await sql(database, "SET timezone = 'UTC'", query);
    lines.push(`${table} ${JSON.stringify(row)}`);
  }
  const built = await sql(database, builtQuery);
  return [...lines, ...built.map((row) => JSON.stringify(row))].sort();
}

const builtQuery = `
  SELECT c.relname, 'index', i.indisprimary, i.indisunique, i.indisvalid,
    (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (field, place)
       JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.field) AS fields
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid WHERE c.relnamespace = 'crm'::regnamespace
  UNION ALL
  SELECT c.relname, f.relname, true, true, r.convalidated,
    (SELECT string_agg(a.attname, ',') FROM unnest(r.conkey) AS k (field)
       JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.field)
  FROM pg_constraint AS r JOIN pg_class AS c ON c.oid = r.conrelid JOIN pg_class AS f ON f.oid = r.confrelid
  WHERE r.contype = 'f' AND c.relnamespace = 'crm'::regnamespace`;

/** Every record as a text that is the same whatever a system makes of moments, documents and flags; in UTC. */
const recordTexts: Readonly<Record<CrmTable, string>> = (() => {
  const moment = (name: string): string => `to_char(${name}, 'YYYY-MM-DD HH24:MI:SS.US')`;
  const texts = (names: string): readonly string[] => names.split(' ').map((name) => `${name}::text`);
  const row = (...parts: readonly string[]): string => `ROW(${parts.join(', ')})::text`;
  return {
    accounts: row(
      ...texts(
        'id parent_id external_ref name domain industry employees annual_revenue country address description',
      ),
      'is_active::boolean::text',
      ...['created_at', 'updated_at'].map(moment),
    ),
    contacts: row(
      ...texts('id account_id first_name last_name email phone title birthdate lead_score attributes notes'),
      'do_not_call::boolean::text',
      ...['created_at', 'updated_at'].map(moment),
    ),
    deals: row(
      ...texts('id account_id contact_id title stage amount probability currency expected_close custom'),
      ...['closed_at', 'created_at'].map(moment),
    ),
    activities: row(
      ...texts('id contact_id deal_id kind subject body duration_sec cost meta'),
      ...['occurred_at', 'created_at'].map(moment),
    ),
  };
})();
