import type { OpenContext } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { type Outcome, ok } from './check-outcome.ts';
import type { Session } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';

const reading = ['SELECT', 'SHOW VIEW', 'TRIGGER'];
const writing = [
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'ALTER',
  'INDEX',
  'DROP',
  'REFERENCES',
  'LOCK TABLES',
];

/** The privileges this user lacks for what it is to do here, with the statement that grants them. */
export async function missingPrivileges(
  session: Session,
  { database, user }: MysqlAddress,
  role: OpenContext['role'],
): Promise<Outcome> {
  const held = await heldPrivileges(session);
  const wanted = role === 'source' ? reading : [...reading, ...writing];
  const missing = wanted.filter((privilege) => !held.has(privilege));
  const needed = role === 'source' ? 'reading' : 'reading, writing and bookkeeping';
  if (missing.length === 0) return ok(`${user} has what ${needed} needs`);
  // Without these two the records are read all the same, but views and triggers go unsaid.
  const bearable = missing.every((privilege) => privilege === 'SHOW VIEW' || privilege === 'TRIGGER');
  const [row] = await session.rows('SELECT current_user()');
  const account = (row?.[0] ?? user).replace(/^(.*)@(.*)$/, "'$1'@'$2'");
  const idle = await idleRoles(session);
  const roles =
    idle.length === 0 ? '' : `; the roles ${idle.join(', ')} are granted, but its sessions do not have them`;
  const preset = idle.length === 0 ? '' : ` (or, where a role has it: SET DEFAULT ROLE ... FOR ${account})`;
  return {
    outcome: bearable ? 'warn' : 'fail',
    detail: `${user} lacks ${missing.join(', ')}, which ${needed} needs${roles}`,
    fix: `GRANT ${missing.join(', ')} ON ${quoteName(database)}.* TO ${account}${preset}`,
  };
}

/**
 * What holds in the whole database: granted on it or on the server, to the user, to the role this session has or to roles that
 * one contains. Rights on single tables are not counted, because a new relation would be outside of them.
 */
async function heldPrivileges(session: Session): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  for (const [line = ''] of await session.rows('SHOW GRANTS')) {
    const { privileges = '', pattern } = grant.exec(line ?? '')?.groups ?? {};
    const here = pattern === undefined || (await isHere(session, pattern.replaceAll('``', '`')));
    if (!here) continue;
    const all = /^ALL(?: PRIVILEGES)?$/.test(privileges);
    for (const one of all ? [...reading, ...writing] : privileges.split(', ')) held.add(one);
  }
  return held;
}

const grant = /^GRANT (?<privileges>[A-Z ,]+) ON (?:\*|`(?<pattern>(?:[^`]|``)*)`)\.\* TO /;

/** A grant names databases by a pattern, as LIKE takes it. */
async function isHere(session: Session, pattern: string): Promise<boolean> {
  const [row] = await session.rows(`SELECT database() LIKE ${quoteText(pattern)}`);
  return row?.[0] === '1';
}

/** Roles that were granted but that a new session does not have: MariaDB gives it one, the default role. */
async function idleRoles(session: Session): Promise<readonly string[]> {
  if (session.facts.family !== 'MariaDB') return [];
  const found = await session.rows(
    `SELECT DISTINCT ROLE_NAME FROM information_schema.APPLICABLE_ROLES WHERE GRANTEE LIKE '%@%' AND ROLE_NAME NOT IN
       (SELECT ROLE_NAME FROM information_schema.ENABLED_ROLES WHERE ROLE_NAME IS NOT NULL) ORDER BY 1`,
  );
  return found.map(([role]) => String(role));
}
