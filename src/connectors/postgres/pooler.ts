import { postgresFault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * Refuses a connection pooler that lends a server connection out again after each transaction (PgBouncer's `pool_mode`
 * transaction and statement): the settings that make values exact, and what holds a lock, are lost with the connection.
 * Two sessions that are open at once and answer from one server process prove it. One that keeps a connection for each
 * session is as good as none.
 */
export async function expectOwnConnections(sessions: Sessions): Promise<void> {
  await sessions.lend(async (first) => {
    if (!first.behindPooler) return;
    await sessions.lend(async (second) => {
      // Other clients of the pooler may take the connection in between: one look is not enough.
      for (let look = 0; look < looks; look += 1) await expectApart(first, second);
    });
  });
}

const looks = 5;

async function expectApart(idle: Session, busy: Session): Promise<void> {
  const before = await backendOf(idle);
  await busy.run('BEGIN');
  const other = await backendOf(busy);
  await busy.run('ROLLBACK');
  if (before === other || before !== (await backendOf(idle)))
    throw postgresFault('postgres.shared-sessions', 'two sessions were answered by one server process');
}

async function backendOf(session: Session): Promise<string> {
  const [row] = await session.rows('SELECT pg_catalog.pg_backend_pid()');
  return String(row?.[0]);
}
