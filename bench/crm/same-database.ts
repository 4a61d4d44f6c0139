import { type CrmDatabase, sql } from './crm-servers.ts';
import { type CrmTable, crmTables } from './crm-tables.ts';

/** Throws when the target is not what the source is: records, keys, references, indexes. Asked in SQL, of both servers. */
export async function expectSame(source: CrmDatabase, target: CrmDatabase, who: string): Promise<void> {
  const [expected, found] = await Promise.all([source, target].map(describe));
  for (const [place, line] of (expected ?? []).entries())
    if (found?.[place] !== line)
      throw new RangeError(`${who}: the source has ${line}, the target ${found?.[place] ?? 'nothing'}`);
  if (expected?.length !== found?.length)
    throw new RangeError(`${who}: the target has ${found?.length} things, the source ${expected?.length}`);
}

/** Throws when the target does not hold the records that these queries give on the source. */
export async function expectRecords(
  source: CrmDatabase,
  target: CrmDatabase,
  queries: Readonly<Record<CrmTable, string>>,
  who: string,
): Promise<void> {
  for (const table of crmTables) {
    const [expected, found] = await Promise.all([
      recordsOf(source, queries[table]),
      recordsOf(target, `SELECT * FROM crm.${table}`),
    ]);
    if (expected !== found) throw new RangeError(`${who}: ${table} should be ${expected}, is ${found}`);
  }
}

/** The number of records, and two sums over the hashes of their texts. */
async function recordsOf(database: CrmDatabase, query: string): Promise<string> {
  const [row] = await sql(
    database,
    `SELECT count(*), sum(hashtextextended(t::text, 1)), sum(hashtextextended(t::text, 2)) FROM (${query}) AS t`,
  );
  return JSON.stringify(row);
}

async function describe(database: CrmDatabase): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const table of crmTables)
    lines.push(`${table} ${await recordsOf(database, `SELECT * FROM crm.${table}`)}`);
  const built = await sql(
    database,
    `SELECT pg_get_constraintdef(c.oid), c.convalidated, conrelid::regclass::text FROM pg_constraint AS c
       WHERE connamespace = 'crm'::regnamespace AND conrelid <> 0
     UNION ALL SELECT regexp_replace(indexdef, ' INDEX \\S+ ON ', ' INDEX ON '), true, tablename
       FROM pg_indexes WHERE schemaname = 'crm' ORDER BY 3, 1`,
  );
  return [...lines, ...built.map((row) => JSON.stringify(row))];
}
