import type { Completion, GodwitError } from '../../model/index.ts';
import { mysqlFault } from './faults.ts';
import { inDatabase } from './inspect-objects.ts';
import { isServerError } from './server-error.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';

/** See `Creates.complete`. Whether a statement was carried out is read from the catalog, whoever did it. */
export async function carryOutCompletion(sessions: Sessions, completion: Completion): Promise<boolean> {
  if (completion.stage === 'validate') return holdAgainstRecords(sessions, completion);
  return sessions.lend(async (session) => {
    if (await isThere(session, completion)) return false;
    try {
      await (completion.stage === 'reference' ? addReference : build)(session, completion);
      return true;
    } catch (error) {
      // A process that is gone may have left its statement running: this one waited for its end.
      if (isNameTaken(error) && (await isThere(session, completion))) return false;
      throw (await brokenKey(session, completion, error)) ?? error;
    }
  });
}

async function build(session: Session, { statement }: Completion): Promise<void> {
  await session.run(statement);
}

/**
 * Only what comes from now on is held against it: with the checks on, the server would copy the whole table to add it. The
 * records that are there are looked at by `validate`.
 */
async function addReference(session: Session, { statement }: Completion): Promise<void> {
  await session.run('SET @@SESSION.foreign_key_checks = 0');
  await session.run(statement);
  await session.run('SET @@SESSION.foreign_key_checks = 1');
}

/** See `Creates.uncomplete`. */
export async function takeAwayCompletion(
  sessions: Sessions,
  { relation, name }: Completion,
): Promise<boolean> {
  return sessions.lend(async (session) => {
    if (!(await hasReference(session, relation, name))) return false;
    await session.run(`ALTER TABLE ${quoteName(relation)} DROP FOREIGN KEY ${quoteName(name)}`);
    return true;
  });
}

async function isThere(
  session: Session,
  { stage, relation, name, others = [] }: Completion,
): Promise<boolean> {
  if (stage === 'reference') return hasReference(session, relation, name);
  const rows = await session.rows(
    `SELECT DISTINCT INDEX_NAME FROM information_schema.STATISTICS
     WHERE ${inDatabase('TABLE_SCHEMA')} AND TABLE_NAME = ${quoteText(relation)}`,
  );
  const there = new Set(rows.map(([index]) => index));
  return [name, ...others].every((one) => there.has(one));
}

async function hasReference(session: Session, relation: string, name: string): Promise<boolean> {
  const [row] = await session.rows(
    `SELECT count(*) FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE ${inDatabase('CONSTRAINT_SCHEMA')}
       AND TABLE_NAME = ${quoteText(relation)} AND CONSTRAINT_NAME = ${quoteText(name)}`,
  );
  return row?.[0] !== '0';
}

function isNameTaken(error: unknown): boolean {
  return isServerError(error) && [1061, 1826, 1022, 1005].includes(error.errno);
}

/** Nobody sees afterwards whether it was done; it is done again. */
async function holdAgainstRecords(
  sessions: Sessions,
  { relation, name, statement }: Completion,
): Promise<boolean> {
  const [row] = await sessions.lend(async (session) => session.rows(statement));
  if (row?.[0] === '0') return true;
  const found = `${row?.[0]} of them. They are found by ${statement.replace('SELECT count(*)', 'SELECT c.*')}`;
  throw mysqlFault('mysql.records-break-key', `Records of ${relation} point nowhere by ${name}: ${found}`, {
    relation,
  });
}

/** Records have the same values in a key that the source says it holds. Null where the failure is another one. */
async function brokenKey(
  session: Session,
  { relation, statement }: Completion,
  error: unknown,
): Promise<GodwitError | null> {
  if (!isServerError(error) || error.errno !== 1062) return null;
  for (const [, name = '', list = ''] of statement.matchAll(uniqueKey)) {
    const fields = list.split(field).filter((part) => part.startsWith('`'));
    const filled = fields.map((one) => `${one} IS NOT NULL`).join(' AND ');
    const own = fields.join(', ');
    const query = `SELECT ${own}, count(*) AS _godwit_alike FROM ${quoteName(relation)} WHERE ${filled} GROUP BY ${own} HAVING _godwit_alike > 1`;
    const [row] = await session.rows(`SELECT sum(_godwit_alike) FROM (${query}) AS found`);
    const alike = row?.[0] ?? null;
    if (alike === null) continue;
    const what = `Records of ${relation} have the same values in the key ${name.replaceAll('``', '`')}: ${alike} of them. They are found by ${query}`;
    return mysqlFault('mysql.records-break-key', what, { relation });
  }
  return mysqlFault(
    'mysql.records-break-key',
    `Records of ${relation} have the same values in one of its keys`,
    {
      relation,
    },
  );
}

/** Unique keys over whole fields. */
const uniqueKey = /ADD UNIQUE KEY `((?:[^`]|``)*)` \(((?:`(?:[^`]|``)*`(?: DESC)?,?)+)\)/g;
const field = /(`(?:[^`]|``)*`)/;
