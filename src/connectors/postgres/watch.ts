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

/**
 * Each wanted reading by one query over catalog views: no relation is read, no lock is waited for.
 *
 * @param processes the server's processes of this system's own sessions
 */
export async function readVitals(
  session: Session,
  wanted: ReadonlySet<Reading>,
  processes: readonly string[],
): Promise<Vitals> {
  return {
    ...(wanted.has('replica-lag') && { replicas: await replicasOf(session) }),
    ...(wanted.has('lock-waits') && { lockWaits: await lockWaitsOf(session) }),
    ...(wanted.has('log-written') && { logBytes: await numberOf(session, logQuery) }),
    ...(wanted.has('log-kept') && { logKeptBytes: await numberOf(session, keptQuery) }),
    ...(wanted.has('others-at-work') && { others: await othersOf(session) }),
    ...(wanted.has('lock-holders') && { lockHolders: await lockHoldersOf(session, processes) }),
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

async function othersOf(session: Session): Promise<NonNullable<Vitals['others']>> {
  const [row] = await session.rows(othersQuery);
  return { sessions: Number(row?.[0]), hidden: Number(row?.[1]), statements: row?.[2] ?? '0' };
}

async function lockHoldersOf(
  session: Session,
  processes: readonly string[],
): Promise<NonNullable<Vitals['lockHolders']>> {
  const rows = await session.rows(lockHoldersQuery, [`{${processes.join(',')}}`]);
  return rows.map(([pid, application, user, state, inTransactionMs, waitedMs, relation]) => ({
    session: pid === '0' ? 'a prepared transaction' : `pid ${pid}`,
    application: application ?? '',
    user: user ?? '',
    state: state ?? '',
    inTransactionMs: inTransactionMs == null ? null : Number(inTransactionMs),
    waitedMs: Number(waitedMs),
    relation: relation ?? null,
  }));
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

const ownSessions = `SELECT pid FROM pg_catalog.pg_stat_activity
    WHERE application_name = pg_catalog.current_setting('application_name') AND usename = current_user
      AND client_addr IS NOT DISTINCT FROM pg_catalog.inet_client_addr()`;

/** `pg_blocking_pids` halts the lock tables for a moment, so it is asked only of sessions that wait. */
const lockWaitsQuery = `
  WITH own AS MATERIALIZED (${ownSessions}),
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

/**
 * A session that waits between two statements is at work if its last one was a moment ago: of many short ones hardly one is
 * ever met while it runs. What the role may not see has no state; then the number of transactions has to tell. What a session
 * calls itself everybody sees: other processes and machines that work on the run are no others, as whichever role they came.
 */
const othersQuery = `
  SELECT count(*) FILTER (WHERE backend_type = 'client backend'
      AND (state <> 'idle' OR pg_catalog.clock_timestamp() - state_change < interval '2 s')),
    count(*) FILTER (WHERE datid IS NOT NULL AND state IS NULL),
    (SELECT coalesce(sum(xact_commit + xact_rollback), 0) FROM pg_catalog.pg_stat_database)
  FROM pg_catalog.pg_stat_activity WHERE coalesce(application_name, '') !~ '^godwit [0-9]+$'`;

/** Asked while something of godwit stands still, and of its own waiting sessions alone. No statement is told: it may name values. */
const lockHoldersQuery = `
  WITH own AS MATERIALIZED (${ownSessions}),
  waiting AS MATERIALIZED (
    SELECT l.pid, min(l.waitstart) AS since, min(c.relname) AS relation
    FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    WHERE NOT l.granted AND l.pid = ANY ($1::int[]) GROUP BY l.pid)
  SELECT b.pid, min(a.application_name), min(a.usename), min(a.state), ${milliseconds('pg_catalog.clock_timestamp() - min(a.xact_start)')},
    coalesce(${milliseconds('pg_catalog.clock_timestamp() - min(w.since)')}, 0) AS waited, min(w.relation)
  FROM waiting AS w CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(w.pid)) AS b (pid)
    LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid
  WHERE b.pid NOT IN (SELECT pid FROM own) GROUP BY b.pid ORDER BY waited DESC, b.pid`;
