import { forgetNamespace } from './bookkeeping.ts';
import { createStatements } from './create.ts';
import { postgresFault } from './faults.ts';
import { inspectSchema } from './inspect.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';

/**
 * A schema beside the live one with the same structure and no records. Invariants: 1. only a schema that carries the mark of
 * a sandbox is ever dropped. 2. inside the sandbox nothing refers to the live schema's tables, types or sequences: all that
 * is needed is cloned.
 */
const mark = 'godwit sandbox';

export async function createSandbox(
  sessions: Sessions,
  schema: string,
  name: string,
  relations: readonly string[],
): Promise<void> {
  expectSandboxName(name);
  const statements = createStatements(await inspectSchema(sessions, schema), relations);
  await sessions.transaction('BEGIN', async (session) => {
    await drop(session, name);
    await session.run(`CREATE SCHEMA ${quoteName(name)}`);
    await session.run(`COMMENT ON SCHEMA ${quoteName(name)} IS ${quoteText(mark)}`);
    // The live schema stays on the path behind the sandbox for functions that checks and defaults call.
    await session.run(`SET LOCAL search_path = ${quoteName(name)}, ${quoteName(schema)}, pg_temp`);
    for (const statement of statements) await session.run(statement);
  });
}

export async function dropSandbox(sessions: Sessions, name: string): Promise<void> {
  expectSandboxName(name);
  await sessions.transaction('BEGIN', async (session) => drop(session, name));
}

async function drop(session: Session, name: string): Promise<void> {
  const [row] = await session.rows(
    `SELECT pg_catalog.obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [name],
  );
  if (row !== undefined && row[0] !== mark) throw postgresFault('postgres.not-a-sandbox', name);
  await session.run(`DROP SCHEMA IF EXISTS ${quoteName(name)} CASCADE`);
  await forgetNamespace(session, name);
}

function expectSandboxName(name: string): void {
  if (!/^godwit_[A-Za-z0-9_]{1,56}$/.test(name))
    throw postgresFault('postgres.sandbox-name', JSON.stringify(name));
}
