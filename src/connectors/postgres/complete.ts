import { DatabaseError } from 'pg';
import type { Completion } from '../../model/index.ts';
import { brokenByRecords } from './broken-by-records.ts';
import type { Session, Sessions } from './sessions.ts';
import { qualifiedName, quoteName } from './sql.ts';

/** See `Creates.complete`. Whether a statement was carried out is read from the catalog, whoever did it. */
export async function carryOutCompletion(
  sessions: Sessions,
  schema: string,
  completion: Completion,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await attemptCompletion(sessions, schema, completion);
    } catch (error) {
      if (attempt < attemptsMax && isNameTaken(error)) continue;
      throw (await brokenByRecords(sessions, schema, completion, error)) ?? error;
    }
}

const attemptsMax = 10;

/**
 * Building takes as long as it takes; waiting for others does not. And a server whose client has gone looks for that only when
 * it is told to: else it builds on, with the relation locked, what nobody will commit. Compiling the one query that holds a
 * foreign key against its records costs more than it saves.
 */
const settings = `SET LOCAL statement_timeout = 0;
  SET LOCAL jit = off;
  SELECT CASE WHEN pg_catalog.version() ~ 'linux'
    THEN pg_catalog.set_config('client_connection_check_interval', '1s', true) END`;

/**
 * Two statements side by side took one name: the server chooses those for the indexes of partitions, and a process that is
 * gone may have left its statement running.
 */
function isNameTaken(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.code === '42P07' || (error.code === '23505' && error.schema === 'pg_catalog');
}

async function attemptCompletion(
  sessions: Sessions,
  schema: string,
  completion: Completion,
): Promise<boolean> {
  return sessions.transaction('BEGIN', async (session) => {
    await session.run(settings);
    const state = await stateOf(session, schema, completion);
    if (state === 'whole') return false;
    if (state === 'half') await session.run(`DROP INDEX ${qualifiedName(schema, completion.name)}`);
    await session.run(completion.statement);
    return true;
  });
}

/** See `Creates.uncomplete`. */
export async function takeAwayCompletion(
  sessions: Sessions,
  schema: string,
  completion: Completion,
): Promise<boolean> {
  return sessions.transaction('BEGIN', async (session) => {
    const { relation, name } = completion;
    if ((await stateOf(session, schema, { ...completion, stage: 'reference' })) === 'missing') return false;
    await session.run(`ALTER TABLE ${qualifiedName(schema, relation)} DROP CONSTRAINT ${quoteName(name)}`);
    return true;
  });
}

type State = 'missing' | 'half' | 'whole';

async function stateOf(
  session: Session,
  schema: string,
  { stage, relation, name }: Completion,
): Promise<State> {
  // Nobody sees whether it was said; it is said again.
  if (stage === 'settle') return 'missing';
  const query = stage === 'build' ? indexQuery : constraintQuery;
  const [row] = await session.rows(query, [schema, relation, name]);
  if (row === undefined) return 'missing';
  if (stage === 'build') return row[0] === 't' ? 'whole' : 'half';
  // A foreign key that is there and not yet held against the records is what `validate` begins with.
  return stage !== 'validate' || row[0] === 't' ? 'whole' : 'missing';
}

const indexQuery = `
  SELECT i.indisvalid FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND x.relname = $3`;

const constraintQuery = `
  SELECT r.convalidated FROM pg_catalog.pg_constraint AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND r.conname = $3`;
