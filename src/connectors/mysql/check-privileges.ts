import type { OpenContext } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { type Outcome, ok } from './check-outcome.ts';
import type { Session } from './sessions.ts';
import { quoteName } from './sql.ts';

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
  return {
    outcome: bearable ? 'warn' : 'fail',
    detail: `${user} lacks ${missing.join(', ')}, which ${needed} needs`,
    fix: `GRANT ${missing.join(', ')} ON ${quoteName(database)}.* TO ${account}`,
  };
}

/**
 * What holds in the whole database: granted on it or on the server. Rights on single tables are not counted, because a new
 * relation would be outside of them.
 */
async function heldPrivileges(session: Session): Promise<ReadonlySet<string>> {
  const rows = await session.rows(
    `SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
     UNION SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
     WHERE database() LIKE TABLE_SCHEMA`,
  );
  return new Set(rows.map(([privilege]) => String(privilege)));
}
