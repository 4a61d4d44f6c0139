import type { OpenContext } from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { type Outcome, ok } from './check-outcome.ts';
import type { Session } from './sessions.ts';
import { qualifiedName, quoteName } from './sql.ts';

/** The privileges this role lacks for what it is to do here, with the statements that grant them. */
export async function missingPrivileges(
  session: Session,
  address: PostgresAddress,
  role: OpenContext['role'],
): Promise<Outcome> {
  const grants = [
    ...(await schemaGrants(session, address)),
    ...(await relationGrants(session, address, role)),
    ...(role === 'source' ? [] : await bookkeepingGrants(session, address)),
  ];
  const hidden = await hiddenByPolicies(session, address);
  const needed = neededText(address, role);
  if (grants.length === 0 && hidden.length === 0) return ok(`${address.user} needs, and has, ${needed}`);
  return {
    outcome: 'fail',
    detail: [
      ...(grants.length > 0 ? [`${address.user} needs ${needed}, and lacks ${grants.length} of it`] : []),
      ...hidden.map((name) => `row level security hides records of ${name} from ${address.user}`),
    ].join('; '),
    fix: [...grants, ...(hidden.length > 0 ? [`ALTER ROLE ${quoteName(address.user)} BYPASSRLS`] : [])].join(
      '; ',
    ),
  };
}

/** What a role of that kind needs here, in the words of GRANT. */
function neededText({ schema, books }: PostgresAddress, role: OpenContext['role']): string {
  const use = `USAGE on the schema ${schema}`;
  return role === 'source'
    ? `${use}, SELECT on its relations`
    : `${use}; SELECT, INSERT, UPDATE, DELETE on its tables; USAGE, UPDATE on its sequences; ${books === undefined ? 'a schema godwit of its own for checkpoints and what going back needs' : 'TEMPORARY on the database'}`;
}

async function schemaGrants(session: Session, { schema, user }: PostgresAddress): Promise<string[]> {
  const [row] = await session.rows(
    `SELECT has_schema_privilege(oid, 'usage') FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [schema],
  );
  return row?.[0] === 't' ? [] : [`GRANT USAGE ON SCHEMA ${quoteName(schema)} TO ${quoteName(user)}`];
}

async function relationGrants(
  session: Session,
  { schema, user }: PostgresAddress,
  role: OpenContext['role'],
): Promise<string[]> {
  const wanted = role === 'source' ? ['SELECT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
  const rows = await session.rows(
    `SELECT c.relname, c.relkind, (SELECT string_agg(p, ', ') FROM unnest($2::text[]) AS p
       WHERE NOT CASE WHEN c.relkind = 'S' THEN p <> 'UPDATE' OR has_sequence_privilege(c.oid, 'USAGE, UPDATE')
         ELSE has_table_privilege(c.oid, p) END)
     FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S') AND NOT c.relispartition
       AND ('INSERT' <> ALL ($2::text[]) OR c.relkind NOT IN ('v', 'm')) ORDER BY c.relname COLLATE "C"`,
    [schema, `{${wanted.join(',')}}`],
  );
  return rows
    .filter(([, , missing]) => missing !== null)
    .map(([name, kind, missing]) => {
      const what = kind === 'S' ? `USAGE, UPDATE ON SEQUENCE` : `${missing} ON`;
      return `GRANT ${what} ${qualifiedName(schema, String(name))} TO ${quoteName(user)}`;
    });
}

async function bookkeepingGrants(
  session: Session,
  { database, user, books }: PostgresAddress,
): Promise<string[]> {
  if (books !== undefined) return temporaryGrants(session, database, user);
  const [row] = await session.rows(
    `SELECT has_database_privilege(pg_catalog.current_database(), 'create'), n.oid IS NOT NULL,
       coalesce(has_schema_privilege(n.oid, 'usage'), false)
     FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = 'godwit'`,
  );
  const [mayCreate, isThere, mayUse] = [row?.[0] === 't', row?.[1] === 't', row?.[2] === 't'];
  if (isThere && !mayUse) return [`GRANT USAGE ON SCHEMA godwit TO ${quoteName(user)}`];
  if (isThere) return bookkeepingTables(session, user);
  return mayCreate ? [] : [`GRANT CREATE ON DATABASE ${quoteName(database)} TO ${quoteName(user)}`];
}

async function temporaryGrants(session: Session, database: string, user: string): Promise<string[]> {
  const [row] = await session.rows(
    `SELECT has_database_privilege(pg_catalog.current_database(), 'temporary')`,
  );
  return row?.[0] === 't' ? [] : [`GRANT TEMPORARY ON DATABASE ${quoteName(database)} TO ${quoteName(user)}`];
}

async function bookkeepingTables(session: Session, user: string): Promise<string[]> {
  const rows = await session.rows(
    `SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = 'godwit' AND c.relkind = 'r' AND NOT (has_table_privilege(c.oid, 'SELECT')
       AND (c.relname = 'format' OR has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'DELETE')))
     ORDER BY c.relname COLLATE "C"`,
  );
  return rows.map(
    ([name]) => `GRANT SELECT, INSERT, DELETE ON godwit.${quoteName(String(name))} TO ${quoteName(user)}`,
  );
}

async function hiddenByPolicies(session: Session, { schema }: PostgresAddress): Promise<string[]> {
  const rows = await session.rows(
    `SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND pg_catalog.row_security_active(c.oid) ORDER BY c.relname COLLATE "C"`,
    [schema],
  );
  return rows.map(([name]) => String(name));
}
