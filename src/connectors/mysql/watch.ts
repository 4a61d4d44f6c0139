import type { Reading, Vitals } from '../port.ts';
import { mysqlCapabilities } from './capabilities.ts';
import { isServerError } from './server-error.ts';
import type { Session } from './sessions.ts';

/** Why the server cannot give this reading to this user; null where it can. */
export async function refusesReading(session: Session, reading: Reading): Promise<string | null> {
  const ability = mysqlCapabilities.abilities[reading];
  if (ability !== true) return ability;
  if (session.facts.family !== 'MariaDB') return 'it is read from views of MariaDB, and this is MySQL';
  if (reading === 'others-at-work') return null;
  if (reading === 'lock-waits' || reading === 'lock-holders')
    return missing(session, 'PROCESS', 'SELECT count(*) FROM information_schema.INNODB_TRX');
  if (reading === 'replica-lag') {
    const denied = await missing(session, 'SLAVE MONITOR', replicaQuery);
    if (denied !== null || (await replicasOf(session)).length > 0) return denied;
    return 'this server is no replica, and one of MariaDB that others follow does not tell how far they are';
  }
  const [row] = await session.rows('SELECT @@GLOBAL.log_bin');
  if (row?.[0] !== '1') return 'the server writes no binary log';
  return reading === 'log-kept' ? missing(session, 'BINLOG MONITOR', 'SHOW BINARY LOGS') : null;
}

async function missing(session: Session, privilege: string, query: string): Promise<string | null> {
  try {
    await session.rows(query);
    return null;
  } catch (error) {
    // 1227: a privilege on the server is missing.
    if (!isServerError(error) || error.errno !== 1227) throw error;
    const [row] = await session.rows('SELECT current_user()');
    return `${row?.[0]} lacks the privilege ${privilege} (GRANT ${privilege} ON *.*)`;
  }
}

/** Each wanted reading by one query over the server's own state: no relation is read, no lock is waited for. */
export async function readVitals(session: Session, wanted: ReadonlySet<Reading>): Promise<Vitals> {
  return {
    ...(wanted.has('replica-lag') && { replicas: await replicasOf(session) }),
    ...(wanted.has('lock-waits') && { lockWaits: await lockWaitsOf(session) }),
    ...(wanted.has('log-written') && { logBytes: await logBytes(session) }),
    ...(wanted.has('log-kept') && { logKeptBytes: await logKeptBytes(session) }),
    ...(wanted.has('others-at-work') && { others: await othersOf(session) }),
    ...(wanted.has('lock-holders') && { lockHolders: await lockHoldersOf(session) }),
  };
}

const replicaQuery = 'SHOW ALL SLAVES STATUS';

/** A source it does not follow at the moment tells no lag. */
async function replicasOf(session: Session): Promise<NonNullable<Vitals['replicas']>> {
  const found = await session.namedRows(replicaQuery);
  return found.map((row) => {
    const seconds = row.get('Seconds_Behind_Master') ?? null;
    const name = row.get('Connection_name') || 'this server itself';
    return { name, lagMs: seconds === null ? null : Number(seconds) * 1000 };
  });
}

/**
 * Own sessions are those of this user from this machine: the server tells no more of them. Who holds a lock on the structure
 * of a table is not told at all, so whoever waits for one in this database counts.
 */
async function lockWaitsOf(session: Session): Promise<NonNullable<Vitals['lockWaits']>> {
  const rows = await session.rows(lockWaitsQuery);
  const waits = rows.map(([ms]) => Math.max(0, Number(ms)));
  return { sessions: waits.length, longestMs: Math.max(0, ...waits) };
}

const own = `SELECT ID FROM information_schema.PROCESSLIST WHERE USER = SUBSTRING_INDEX(USER(), '@', 1)
  AND SUBSTRING_INDEX(HOST, ':', 1) = (SELECT SUBSTRING_INDEX(HOST, ':', 1)
    FROM information_schema.PROCESSLIST WHERE ID = connection_id())`;

const lockWaitsQuery = `
  SELECT max(timestampdiff(MICROSECOND, waits.trx_wait_started, current_timestamp(6))) DIV 1000
  FROM information_schema.INNODB_LOCK_WAITS AS lock_wait
  JOIN information_schema.INNODB_TRX AS waits ON waits.trx_id = lock_wait.requesting_trx_id
  JOIN information_schema.INNODB_TRX AS holds ON holds.trx_id = lock_wait.blocking_trx_id
  WHERE holds.trx_mysql_thread_id IN (${own}) AND waits.trx_mysql_thread_id NOT IN (${own})
  GROUP BY waits.trx_mysql_thread_id
  UNION ALL
  SELECT TIME_MS DIV 1 FROM information_schema.PROCESSLIST
  WHERE STATE = 'Waiting for table metadata lock' AND DB = database() AND ID NOT IN (${own})`;

/** Of a session that sleeps its last statement counts when it was a moment ago. Without PROCESS only numbers are seen. */
async function othersOf(session: Session): Promise<NonNullable<Vitals['others']>> {
  const [seen] = await session.rows(
    `SELECT count(*), coalesce(sum(COMMAND <> 'Sleep' OR TIME_MS < 2000), 0) FROM information_schema.PROCESSLIST
     WHERE ID NOT IN (${own}) AND COMMAND NOT IN ('Daemon', 'Binlog Dump', 'Slave_IO', 'Slave_SQL', 'Slave_worker')`,
  );
  const numbers = await session.rows(
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', 'Questions')",
  );
  const status = new Map(numbers.map(([name, value]) => [name, value ?? '0']));
  const [ours] = await session.rows(`SELECT count(*) FROM (${own}) AS o`);
  const all = Number(status.get('Threads_connected') ?? 0);
  return {
    sessions: Number(seen?.[1]),
    hidden: Math.max(0, all - Number(ours?.[0]) - Number(seen?.[0])),
    statements: status.get('Questions') ?? '0',
  };
}

/** Who holds a lock on the structure of a table the server does not tell. */
async function lockHoldersOf(session: Session): Promise<NonNullable<Vitals['lockHolders']>> {
  const rows = await session.rows(lockHoldersQuery);
  return rows.map(([id, user, state, inTransactionMs, waitedMs]) => ({
    session: `connection ${id}`,
    application: '',
    user: user ?? '',
    state: state ?? '',
    inTransactionMs: inTransactionMs == null ? null : Number(inTransactionMs),
    waitedMs: Number(waitedMs ?? 0),
    relation: null,
  }));
}

const lockHoldersQuery = `
  SELECT holds.trx_mysql_thread_id, max(p.USER), max(p.COMMAND),
    max(timestampdiff(MICROSECOND, holds.trx_started, current_timestamp(6))) DIV 1000,
    max(timestampdiff(MICROSECOND, waits.trx_wait_started, current_timestamp(6))) DIV 1000 AS waited
  FROM information_schema.INNODB_LOCK_WAITS AS lock_wait
  JOIN information_schema.INNODB_TRX AS waits ON waits.trx_id = lock_wait.requesting_trx_id
  JOIN information_schema.INNODB_TRX AS holds ON holds.trx_id = lock_wait.blocking_trx_id
  LEFT JOIN information_schema.PROCESSLIST AS p ON p.ID = holds.trx_mysql_thread_id
  WHERE waits.trx_mysql_thread_id IN (${own}) AND holds.trx_mysql_thread_id NOT IN (${own})
  GROUP BY holds.trx_mysql_thread_id ORDER BY waited DESC`;

async function logBytes(session: Session): Promise<string> {
  const [row] = await session.rows("SHOW GLOBAL STATUS LIKE 'Binlog_bytes_written'");
  return row?.[1] ?? '0';
}

async function logKeptBytes(session: Session): Promise<string> {
  const files = await session.rows('SHOW BINARY LOGS');
  return String(files.reduce((sum, [, bytes]) => sum + BigInt(bytes ?? '0'), 0n));
}
