import type { CheckResult, OpenContext } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { type Outcome, ok } from './check-outcome.ts';
import { missingPrivileges } from './check-privileges.ts';
import { inDatabase } from './inspect-objects.ts';
import type { Session, Sessions } from './sessions.ts';

/** Everything that can be known about a system before it is used; a failed check is a result, never an exception. */
export async function checkSystem(
  sessions: Sessions,
  address: MysqlAddress,
  role: OpenContext['role'],
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [name, check] of checksFor(role))
    results.push({ name, ...(await outcomeOf(sessions, check, address, role)) });
  return results;
}

type Check = (session: Session, address: MysqlAddress, role: OpenContext['role']) => Promise<Outcome>;

function checksFor(role: OpenContext['role']): readonly (readonly [string, Check])[] {
  return [
    ['version', checkVersion],
    ['encryption', checkEncryption],
    ['privileges', missingPrivileges],
    ['storage engines', checkEngines],
    ['packet size', checkPacket],
    ['names', checkNames],
    ...(role === 'source'
      ? []
      : ([
          ['writable', checkWritable],
          ['durability', checkDurability],
        ] as const)),
    ['space', checkSpace],
  ];
}

async function outcomeOf(
  sessions: Sessions,
  check: Check,
  address: MysqlAddress,
  role: OpenContext['role'],
): Promise<Outcome> {
  try {
    return await sessions.lend(async (session) => check(session, address, role));
  } catch (error) {
    const { message, nextStep } = sessions.fault(error, {});
    return { outcome: 'fail', detail: message, fix: nextStep };
  }
}

async function checkVersion({ facts }: Session): Promise<Outcome> {
  const { family, version, versionText } = facts;
  const tested = family === 'MariaDB' && version[0] === 10 && version[1] === 11;
  if (tested) return ok(`MariaDB ${versionText}`);
  return {
    outcome: 'warn',
    detail:
      family === 'MySQL'
        ? `MySQL ${versionText}: untested, godwit is written for MySQL by its documentation and tested with MariaDB 10.11`
        : `${family} ${versionText}; godwit is tested with MariaDB 10.11`,
    fix: 'Rehearse the whole migration on this version first.',
  };
}

async function checkEncryption(session: Session, address: MysqlAddress): Promise<Outcome> {
  const [row] = await session.rows(`SHOW STATUS LIKE 'Ssl_cipher'`);
  const cipher = row?.[1] ?? '';
  if (cipher !== '' && address.tls !== 'off') return ok(`${cipher}, the server's certificate is verified`);
  if (isThisMachine(address.host))
    return ok('not encrypted (tls: off); the connection does not leave this machine');
  return {
    outcome: 'warn',
    detail: `not encrypted (tls: off): passwords and records cross the network to ${address.host} readable`,
    fix: 'Set `tls: verify`, or `tls: { ca: ... }` with the authority that signed the server’s certificate.',
  };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

async function checkEngines(
  session: Session,
  _address: MysqlAddress,
  role: OpenContext['role'],
): Promise<Outcome> {
  const rows = await session.rows(
    `SELECT t.TABLE_NAME, t.ENGINE FROM information_schema.TABLES AS t LEFT JOIN information_schema.ENGINES AS e ON e.ENGINE = t.ENGINE
     WHERE ${inDatabase('t.TABLE_SCHEMA')} AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
       AND coalesce(e.TRANSACTIONS, 'NO') <> 'YES' ORDER BY t.TABLE_NAME`,
  );
  if (rows.length === 0) return ok('every table is kept by an engine with transactions');
  const named = rows.map(([table, engine]) => `${table} (${engine})`).join(', ');
  const harm =
    role === 'source' ? 'what others write meanwhile is seen' : 'a slice cannot be taken whole or not at all';
  return {
    outcome: 'warn',
    detail: `${named}: no transactions, so ${harm}`,
    fix:
      role === 'source'
        ? 'Let nobody write while they are read, or ALTER TABLE ... ENGINE=InnoDB.'
        : 'ALTER TABLE ... ENGINE=InnoDB before the run.',
  };
}

const comfortable = 16 * 1024 * 1024;

async function checkPacket({ facts }: Session): Promise<Outcome> {
  const mebibytes = Math.floor(facts.packetBytesMax / 1024 ** 2);
  const detail = `max_allowed_packet is ${mebibytes} MiB: no record may be larger than that, bytes count twice`;
  if (facts.packetBytesMax >= comfortable) return ok(detail);
  return { outcome: 'warn', detail, fix: 'Raise max_allowed_packet on the server if records are larger.' };
}

async function checkNames({ facts }: Session): Promise<Outcome> {
  if (!facts.lowersNames) return ok('names of tables are kept as they are given');
  return {
    outcome: 'warn',
    detail: 'names of tables are kept in lower case (lower_case_table_names is 1)',
    fix: 'Give the relations that are created names in lower case, in the mapping.',
  };
}

async function checkWritable(session: Session): Promise<Outcome> {
  const [row] = await session.rows('SELECT @@GLOBAL.read_only');
  if (row?.[0] === '0') return ok('the server takes writes');
  return {
    outcome: 'fail',
    detail: 'the server is read-only (read_only): it may be a replica',
    fix: 'Give the address of the primary server.',
  };
}

async function checkDurability(session: Session): Promise<Outcome> {
  const [row] = await session.rows('SELECT @@GLOBAL.innodb_flush_log_at_trx_commit');
  if (row?.[0] === '1') return ok('a commit is on the disk before it is answered');
  return {
    outcome: 'warn',
    detail: `innodb_flush_log_at_trx_commit is ${row?.[0]}: a power cut may take the last second of commits with it`,
    fix: 'Set it to 1 for the run. Whatever is lost is written again when the run goes on.',
  };
}

async function checkSpace(session: Session): Promise<Outcome> {
  const [row] = await session.rows(
    `SELECT round(sum(DATA_LENGTH + INDEX_LENGTH) / 1048576) FROM information_schema.TABLES WHERE ${inDatabase('TABLE_SCHEMA')}`,
  );
  return ok(`the database takes about ${row?.[0] ?? 0} MiB; the server does not tell its free space`);
}
