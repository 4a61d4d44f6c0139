import type { Session } from './sessions.ts';

/** A slice takes a session, and beside it one for a short look now and then; the rest of a run takes about two. */
const perSlice = 2;
const besides = 2;

/** How many slices may be under way together with the connections that are free now; never less than one. */
export async function slicesAtOnceMax(session: Session): Promise<number> {
  const [connected] = await session.rows("SHOW GLOBAL STATUS LIKE 'Threads_connected'");
  const [row] = await session.rows(limitsQuery);
  const [most, mostOfUser, ofUser] = (row ?? []).map(Number);
  const free = (most ?? 0) - Number(connected?.[1]);
  // 0 says that the user has no limit of its own.
  const freeOfUser = mostOfUser ? mostOfUser - (ofUser ?? 0) : free;
  return Math.max(1, Math.floor((Math.min(free, freeOfUser) - besides) / perSlice));
}

/** A user sees its own sessions, whatever its rights. */
const limitsQuery = `
  SELECT @@GLOBAL.max_connections, @@SESSION.max_user_connections,
    (SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = SUBSTRING_INDEX(USER(), '@', 1))`;
