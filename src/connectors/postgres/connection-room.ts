import { type Outcome, ok } from './check-outcome.ts';
import type { Session } from './sessions.ts';

/** A slice takes a session, and beside it one for a short look now and then; the rest of a run takes about two. */
const perSlice = 2;
const besides = 2;

/** How many slices may be under way together with the connections that are free now; never less than one. */
export async function slicesAtOnceMax(session: Session): Promise<number> {
  return slicesFor(await freeConnections(session));
}

export async function checkConnections(session: Session): Promise<Outcome> {
  const free = await freeConnections(session);
  const slices = slicesFor(free);
  if (slices > 1) return ok(`${free} more are free, enough for ${slices} slices at once`);
  return {
    outcome: 'warn',
    detail: `${free} more are free: slices travel one after the other`,
    fix: 'Let other sessions end, or raise max_connections or the limit of the role or the database.',
  };
}

function slicesFor(free: number): number {
  return Math.max(1, Math.floor((free - besides) / perSlice));
}

/** Of the server, this role and this database, whichever has the fewest left. */
async function freeConnections(session: Session): Promise<number> {
  const [row] = await session.rows(freeQuery);
  return Math.max(0, Number(row?.[0]));
}

const setting = (name: string): string => `coalesce(pg_catalog.current_setting('${name}', true)::int, 0)`;

const freeQuery = `
  WITH used AS (SELECT usesysid, datid FROM pg_catalog.pg_stat_activity WHERE datid IS NOT NULL)
  SELECT least(
    ${setting('max_connections')} - ${setting('superuser_reserved_connections')} - ${setting('reserved_connections')} - (SELECT count(*) FROM used),
    (SELECT rolconnlimit - (SELECT count(*) FROM used WHERE usesysid = r.oid) FROM pg_catalog.pg_roles AS r
      WHERE rolname = current_user AND rolconnlimit >= 0 AND NOT rolsuper),
    (SELECT datconnlimit - (SELECT count(*) FROM used WHERE datid = d.oid) FROM pg_catalog.pg_database AS d
      WHERE datname = pg_catalog.current_database() AND datconnlimit >= 0
        AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)))`;
