import type { CheckResult, OpenContext } from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { isForeign } from './bookkeeping.ts';
import { type Outcome, ok } from './check-outcome.ts';
import { missingPrivileges } from './check-privileges.ts';
import { checkVersion } from './check-version.ts';
import { checkConnections } from './connection-room.ts';
import { postgresFault } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';

/** Everything that can be known about a system before it is used; a failed check is a result, never an exception. */
export async function checkSystem(
  sessions: Sessions,
  address: PostgresAddress,
  role: OpenContext['role'],
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [name, check] of checksFor(role))
    results.push({ name, ...(await outcomeOf(sessions, check, address, role)) });
  return results;
}

type Check = (session: Session, address: PostgresAddress, role: OpenContext['role']) => Promise<Outcome>;

function checksFor(role: OpenContext['role']): readonly (readonly [string, Check])[] {
  return [
    ['connection', checkConnection],
    ['version', checkVersion],
    ['encryption', checkEncryption],
    ['text encoding', checkEncoding],
    ['privileges', missingPrivileges],
    ...(role === 'source'
      ? ([['large objects', checkLargeObjects]] as const)
      : ([
          ['writable', checkWritable],
          ['bookkeeping', checkBookkeeping],
        ] as const)),
    ['connections', checkConnections],
    ['space', checkSpace],
  ];
}

async function outcomeOf(
  sessions: Sessions,
  check: Check,
  address: PostgresAddress,
  role: OpenContext['role'],
): Promise<Outcome> {
  try {
    return await sessions.lend(async (session) => check(session, address, role));
  } catch (error) {
    const { message, nextStep } = sessions.fault(error, {});
    return { outcome: 'fail', detail: message, fix: nextStep };
  }
}

async function checkConnection(session: Session, address: PostgresAddress): Promise<Outcome> {
  const [row] = await session.rows('SELECT current_user, pg_catalog.current_database()');
  const through = session.behindPooler
    ? ', through a connection pooler that keeps a connection for each session'
    : '';
  return ok(`${address.host}:${address.port}, database ${row?.[1]}, as ${row?.[0]}${through}`);
}

async function checkEncryption(session: Session, address: PostgresAddress): Promise<Outcome> {
  const [row] = await session.rows(
    'SELECT ssl, version, cipher FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()',
  );
  if (row?.[0] === 't') return ok(`${row[1]} ${row[2]}, the server's certificate is verified`);
  if (isThisMachine(address.host))
    return ok('not encrypted (tls: off); the connection does not leave this machine');
  return {
    outcome: 'warn',
    detail: `not encrypted (tls: off): passwords and records cross the network to ${address.host} readable`,
    fix: 'Set `tls: verify`, or `tls: { ca: ... }` with the authority that signed the server’s certificate.',
  };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('/');
}

async function checkEncoding(session: Session): Promise<Outcome> {
  const [row] = await session.rows(`SELECT pg_catalog.current_setting('server_encoding')`);
  const encoding = row?.[0] ?? '';
  if (encoding === 'UTF8') return ok('UTF8');
  return {
    outcome: 'warn',
    detail:
      encoding === 'SQL_ASCII'
        ? 'SQL_ASCII: the server does not know what its bytes mean; text that is not UTF-8 becomes a bad record'
        : `${encoding}: characters it does not have cannot be stored`,
    fix: 'Have text with other characters found before the run by `godwit profile`, or use a database with encoding UTF8.',
  };
}

/** They lie beside all schemas; a column holds their numbers only, which are copied as numbers. */
async function checkLargeObjects(session: Session): Promise<Outcome> {
  const [row] = await session.rows('SELECT count(*) FROM pg_catalog.pg_largeobject_metadata');
  if (row?.[0] === '0') return ok('there are none');
  return {
    outcome: 'warn',
    detail: `there are ${row?.[0]}: a copy brings the numbers that columns hold of them, and not the objects themselves`,
    fix: 'Put what is needed of them into a bytea column first, with lo_get(number) in a view or an UPDATE, and map that.',
  };
}

async function checkWritable(session: Session): Promise<Outcome> {
  const [row] = await session.rows(
    `SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only')`,
  );
  if (row?.[0] === 't')
    return {
      outcome: 'fail',
      detail: 'the server is a standby: it takes no writes',
      fix: 'Give the address of the primary server.',
    };
  if (row?.[1] === 'on')
    return {
      outcome: 'fail',
      detail: 'transactions are read-only for this role or database',
      fix: 'ALTER ROLE ... SET default_transaction_read_only = off, or use another role.',
    };
  return ok('the server takes writes');
}

async function checkBookkeeping(session: Session, { books }: PostgresAddress): Promise<Outcome> {
  if (books !== undefined) return ok(`nothing is kept in the database; checkpoints are in ${books}`);
  if (!(await isForeign(session))) return ok('the schema godwit is free for it, or holds it already');
  const { title, nextStep } = postgresFault('postgres.bookkeeping-foreign', '');
  return { outcome: 'fail', detail: title, fix: nextStep };
}

async function checkSpace(session: Session): Promise<Outcome> {
  const [row] = await session.rows(
    `SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database())),
       pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'execute')`,
  );
  if (row?.[1] !== 't')
    return ok(`the database takes ${row?.[0]}; the server tells neither its log nor its free space`);
  const [wal] = await session.rows(
    'SELECT pg_catalog.pg_size_pretty(sum(size)) FROM pg_catalog.pg_ls_waldir()',
  );
  return ok(
    `the database takes ${row[0]}, the write-ahead log ${wal?.[0]}; the server does not tell its free space`,
  );
}
