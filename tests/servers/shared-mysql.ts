import { inject } from 'vitest';
import { skipWithoutMariadb } from './mariadb-programs.ts';
import { type MysqlAccess, type MysqlLogin, mysqlAccess } from './mysql-access.ts';
import { startMariadb } from './start-mariadb.ts';

/** The MariaDB that all test files of a run use together; not to be stopped or reconfigured. Every file makes its own database. */
export async function sharedMariadb(): Promise<MysqlAccess> {
  const desk = inject('serverDesk') as string | undefined;
  // A vitest configuration without the desk: the file gets a server of its own, which ends with its process.
  if (desk === undefined) return startMariadb();
  const answer = await fetch(`${desk}/mariadb/debian`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`no MariaDB: ${text}`);
  return mysqlAccess(JSON.parse(text) as MysqlLogin);
}

/** A server of the MySQL wire that tests run on. */
export interface MysqlUnderTest {
  readonly title: string;
  /** For `describe.skipIf`; says what is skipped and why. */
  readonly skip: boolean;
  readonly access: () => Promise<MysqlAccess>;
  /** For tests to which it matters that nobody else writes to the server meanwhile. */
  readonly alone: () => Promise<MysqlAccess & Partial<AsyncDisposable>>;
}

/**
 * MariaDB as the system's packages install it, and whatever server the environment names: a user there that may create
 * databases, as in `mysql://user:password@host:3306`.
 */
export function mysqlServers(): readonly MysqlUnderTest[] {
  const named = process.env['GODWIT_TEST_MYSQL_URL'];
  const servers: MysqlUnderTest[] = [
    {
      title: 'MariaDB',
      skip: skipWithoutMariadb(),
      access: async () => sharedMariadb(),
      alone: async () => startMariadb(),
    },
  ];
  if (named === undefined) return servers;
  const url = new URL(named);
  const login = {
    host: url.hostname,
    port: Number(url.port || '3306'),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const access = async (): Promise<MysqlAccess> => mysqlAccess(login);
  return [...servers, { title: 'MySQL', skip: false, access, alone: access }];
}
