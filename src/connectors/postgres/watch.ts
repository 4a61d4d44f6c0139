import type { Reading, Vitals } from '../port.ts';
import { postgresCapabilities } from './capabilities.ts';
import type { Session } from './sessions.ts';

/** Why the server cannot give this reading to this role; null where it can. */
export async function refusesReading(session: Session, reading: Reading): Promise<string | null> {
  const ability = postgresCapabilities.abilities[reading];
  if (ability !== true) return ability;
  if (reading !== 'replica-lag') return null;
  const [row] = await session.rows(
    `SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'), current_user, pg_catalog.pg_is_in_recovery()`,
  );
  if (row?.[2] === 't') return null;
  if (row?.[0] !== 't')
    return `${row?.[1]} may not see how far replicas are (GRANT pg_read_all_stats TO ${row?.[1]})`;
  const replicas = await replicasOf(session);
  return replicas.length > 0 ? null : 'no replica follows this server now, so there is no lag to look at';
}

/** Each wanted reading by one query over catalog views: no relation is read, no lock is waited for. */
export async function readVitals(session: Session, wanted: ReadonlySet<Reading>): Promise<Vitals> {
  return {
    ...(wanted.has('replica-lag') && { replicas: await replicasOf(session) }),
    ...(wanted.has('lock-waits') && { lockWaits: await lockWaitsOf(session) }),
    ...(wanted.has('log-written') && { logBytes: await numberOf(session, logQuery) }),
    ...(wanted.has('log-kept') && { logKeptBytes: await numberOf(session, keptQuery) }),
  };
}

async function replicasOf(session: Session): Promise<NonNullable<Vitals['replicas']>> {
  const found = await session.rows(replicasQuery);
  return found.map(([name, lagMs]) => ({ name: name ?? '', lagMs: lagMs == null ? null : Number(lagMs) }));
}

async function lockWaitsOf(session: Session): Promise<NonNullable<Vitals['lockWaits']>> {
  const [row] = await session.rows(lockWaitsQuery);
  return { sessions: Number(row?.[0]), longestMs: Number(row?.[1]) };
}

async function numberOf(session: Session, query: string): Promise<string> {
  const [row] = await session.rows(query);
  return row?.[0] ?? '0';
}

const milliseconds = (interval: string): string =>
  `pg_catalog.round(extract(epoch FROM ${interval})::numeric * 1000)::bigint`;

/** A replica reports at least this often, if it is set up as this server is. */
const reportsEvery = `greatest(1, (SELECT setting::int FROM pg_catalog.pg_settings WHERE name = 'wal_receiver_status_interval'))`;

const position = `CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
  ELSE pg_catalog.pg_current_wal_lsn() END`;

/**
 * A replica that follows and has nothing left to do tells no lag: that is none. One that is stuck may report nothing at all
 * (a subscriber that waits for a lock): with something left to do it is behind since its last report. One that is not
 * `streaming` is behind by more than it tells. A server that is a replica itself is its own: it has no lag while it has
 * applied all it received and still receives.
 */
const replicasQuery = `
  SELECT coalesce(nullif(application_name, ''), 'a replica') || coalesce(' at ' || pg_catalog.host(client_addr), ''),
    CASE WHEN state = 'streaming' THEN greatest(coalesce(${milliseconds('replay_lag')}, 0),
      CASE WHEN replay_lsn < ${position}
        AND pg_catalog.clock_timestamp() - reply_time > (${reportsEvery} + 1) * interval '1 s'
        THEN ${milliseconds('pg_catalog.clock_timestamp() - reply_time')} ELSE 0 END) END
  FROM pg_catalog.pg_stat_replication WHERE state IS DISTINCT FROM 'backup'
  UNION ALL
  SELECT 'this server itself', CASE
    WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn()
      AND EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN 0
    ELSE ${milliseconds('pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()')} END
  WHERE pg_catalog.pg_is_in_recovery()
  ORDER BY 1`;

/** `pg_blocking_pids` halts the lock tables for a moment, so it is asked only of sessions that wait. */
const lockWaitsQuery = `
  WITH own AS MATERIALIZED (
    SELECT pid FROM pg_catalog.pg_stat_activity
    WHERE application_name = pg_catalog.current_setting('application_name') AND usename = current_user
      AND client_addr IS NOT DISTINCT FROM pg_catalog.inet_client_addr()),
  waiting AS MATERIALIZED (
    SELECT pid, max(waitstart) AS since FROM pg_catalog.pg_locks
    WHERE NOT granted AND pid NOT IN (SELECT pid FROM own) GROUP BY pid)
  SELECT count(*), coalesce(max(${milliseconds('pg_catalog.clock_timestamp() - since')}), 0) FROM waiting
  WHERE pg_catalog.pg_blocking_pids(pid) && ARRAY(SELECT pid FROM own)`;

const logQuery = `SELECT pg_catalog.pg_wal_lsn_diff(${position}, '0/0')::bigint`;

/** The log is one for all slots: what the one that is furthest behind still needs. */
const keptQuery = `
  SELECT coalesce(max(greatest(pg_catalog.pg_wal_lsn_diff(${position}, restart_lsn), 0)), 0)::bigint
  FROM pg_catalog.pg_replication_slots`;
