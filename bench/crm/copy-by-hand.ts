import { type CrmDatabase, sql, uriOf } from './crm-servers.ts';
import {
  addReference,
  type CrmTable,
  createTables,
  crmTables,
  indexes,
  references,
  validateReference,
} from './crm-tables.ts';
import { inTwoStreams } from './in-two-streams.ts';
import { runCommand } from './run-command.ts';

/**
 * The best that can be done by hand with the servers' own programs: two streams of binary COPY from psql to psql, the largest
 * table first, the indexes of a table as soon as it is loaded, references last, looked at two by two.
 */
export async function copyByHand(source: CrmDatabase, target: CrmDatabase): Promise<void> {
  await sql(target, createTables);
  const work: (() => Promise<unknown>)[] = crmTables.map((table) => async () => {
    await copyTable(source, target, table);
    work.push(...indexes[table].map((statement) => async () => sql(target, statement)));
  });
  await inTwoStreams(work);
  await sql(target, ...references.map(addReference));
  const looks = crmTables.map((table) => async () => {
    for (const reference of references)
      if (reference.table === table) await sql(target, validateReference(reference));
  });
  await inTwoStreams(looks);
}

async function copyTable(source: CrmDatabase, target: CrmDatabase, table: CrmTable): Promise<void> {
  const out = `psql "$SOURCE" -qXAt -c 'COPY crm.${table} TO STDOUT (FORMAT binary)'`;
  const into = `psql "$TARGET" -qXAt -c 'COPY crm.${table} FROM STDIN (FORMAT binary)'`;
  await runCommand('bash', ['-o', 'pipefail', '-c', `${out} | ${into}`], {
    env: { SOURCE: uriOf(source), TARGET: uriOf(target) },
  });
}
