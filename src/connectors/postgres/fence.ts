import type { FencePlace } from '../port.ts';
import { lockSlice, type SlicePlace } from './bookkeeping.ts';
import { postgresFault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * Which tokens may still write, kept in the target itself: who was frozen, and lost its slice meanwhile, is refused by the very
 * transaction in which it would write.
 *
 * Invariants: 1. a writer locks its run (shared with other writers) and its slice, and looks at the fence behind that. 2. a fence is
 * raised first and locked behind that; so a writer with a lower token either sees it, or was committed or ended before `raise`
 * resolved. 3. a fence only rises, and who raises it to less than it is ends nobody: they are the one who lost.
 */
const table = `
  CREATE TABLE IF NOT EXISTS godwit.fence (
    namespace text NOT NULL, run text NOT NULL, step text NOT NULL, slice integer NOT NULL, token bigint NOT NULL,
    PRIMARY KEY (namespace, run, step, slice))`;

const lockSpace = 0x676f6477;

export async function prepareFence(sessions: Sessions): Promise<void> {
  await sessions.transaction('BEGIN', async (session) => {
    await session.run(`SELECT pg_catalog.pg_advisory_xact_lock(${lockSpace}, 0)`);
    const [row] = await session.rows(`SELECT to_regclass('godwit.fence')`);
    if (row?.[0] === null) await session.run(table);
  });
}

/** Throws `postgres.fenced` where somebody has a higher token. */
export async function raiseFence(
  sessions: Sessions,
  namespace: string,
  { run, slice }: FencePlace,
  token: string,
): Promise<void> {
  const [step, number] = slice === null ? ['', -1] : [slice.step, slice.slice];
  const name = slice === null ? runName(namespace, run) : sliceName(namespace, { run, ...slice });
  await sessions.lend(async (session) => {
    await session.rows(
      `INSERT INTO godwit.fence VALUES ($1, $2, $3, $4, $5) ON CONFLICT (namespace, run, step, slice)
       DO UPDATE SET token = greatest(godwit.fence.token, excluded.token)`,
      [namespace, run, step, String(number), token],
    );
    await expectLatest(session, [namespace, run, step, String(number), token]);
  });
  await sessions.transaction('BEGIN', async (session) => {
    // Who looked before holds the lock, and may be a process that will not go on for hours.
    await session.rows(endHolders, [name, String(lockSpace)]);
    await session.rows('SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, $2))', [
      name,
      String(lockSpace),
    ]);
  });
}

/** Locks the slice until the end of the transaction; throws `postgres.fenced` where the token is not the latest. */
export async function enterSlice(
  session: Session,
  namespace: string,
  place: SlicePlace & { readonly fence?: string | undefined },
): Promise<void> {
  const { run, step, slice, fence } = place;
  if (fence !== undefined)
    await session.rows(
      'SELECT pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended($1, $2))',
      [runName(namespace, run), String(lockSpace)],
    );
  await lockSlice(session, namespace, place);
  if (fence !== undefined) await expectLatest(session, [namespace, run, step, String(slice), fence]);
}

/** @param place namespace, run, step, slice and token */
async function expectLatest(session: Session, place: readonly string[]): Promise<void> {
  const [row] = await session.rows(
    `SELECT max(token) FROM godwit.fence WHERE namespace = $1 AND run = $2
       AND ((step = $3 AND slice = $4) OR slice = -1) AND token > $5`,
    place,
  );
  if (row?.[0]) throw postgresFault('postgres.fenced', `token ${place.at(-1)}, the latest is ${row[0]}`);
}

function sliceName(namespace: string, { run, step, slice }: SlicePlace): string {
  return JSON.stringify([namespace, run, step, slice]);
}

function runName(namespace: string, run: string): string {
  return JSON.stringify([namespace, run]);
}

/** A lock's number is told in two halves. Only sessions of the same role, or of a lesser one, may be ended. */
const endHolders = `
  SELECT count(pg_catalog.pg_terminate_backend(l.pid))
  FROM pg_catalog.pg_locks AS l, pg_catalog.hashtextextended($1, $2) AS h (number)
  WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = h.number`;
