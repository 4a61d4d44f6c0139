import { type CrmDatabase, sql } from './crm-servers.ts';
import { addReference, crmTables, indexes, references, validateReference } from './crm-tables.ts';
import { inTwoStreams } from './in-two-streams.ts';
import { createLoadedTables, type MariadbCrm } from './mariadb-crm.ts';

/**
 * By hand with both servers' own statements, two at a time: SELECT INTO OUTFILE and COPY of that file, the largest table
 * first, the indexes of a table as soon as it is loaded, references last.
 */
export async function copyFromFiles(maria: MariadbCrm, target: CrmDatabase): Promise<void> {
  await sql(target, createLoadedTables);
  const work: (() => Promise<unknown>)[] = crmTables.map((table) => async () => {
    await sql(target, `COPY crm.${table} FROM '${await maria.writeFile(table)}'`);
    const built = table === 'accounts' ? [...indexes[table], indexOfParent] : indexes[table];
    work.push(...built.map((statement) => async () => sql(target, statement)));
  });
  await inTwoStreams(work);
  await sql(target, ...references.map(addReference));
  const looks = crmTables.map((table) => async () => {
    for (const reference of references)
      if (reference.table === table) await sql(target, validateReference(reference));
  });
  await inTwoStreams(looks);
}

/** As MariaDB has it: no reference is without an index there. */
const indexOfParent = 'CREATE INDEX accounts_parent_id_idx ON crm.accounts (parent_id)';
