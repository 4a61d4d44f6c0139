import type { PostgresAccess } from '../../../tests/servers/index.ts';
import { type OwnDatabase, postgresOwnDatabase } from '../../connectors/index.ts';
import { Secret } from '../../model/index.ts';

/** A database of a server for tests, for tables of godwit's own. */
export function databaseAt({ host, port, user, password }: PostgresAccess, database: string): OwnDatabase {
  const login = { host, port, user, password: new Secret(password), database };
  return postgresOwnDatabase({ ...login, schema: 'public', tls: 'off' }, new AbortController().signal);
}
