import { beforeAll, describe } from 'vitest';
import { type MysqlAccess, mysqlServers } from '../../../tests/servers/index.ts';
import { type OpenedDatabase, type Opening, openDatabase } from './opened-database.contract.ts';

/** What a test gets: `open` makes a database of its own. */
export interface ServerUnderTest {
  readonly access: () => MysqlAccess;
  /** A server to which it matters that nobody else is on it; to be disposed of where it can be. */
  alone(): Promise<MysqlAccess & Partial<AsyncDisposable>>;
  open(statements: readonly string[], opening?: Opening): Promise<OpenedDatabase>;
}

/** Runs tests on MariaDB, and on the server that the environment names; says so when one cannot run here. */
export function onEachServer(title: string, tests: (server: ServerUnderTest) => void): void {
  for (const { title: name, skip, access, alone } of mysqlServers())
    describe.skipIf(skip)(`${title}, ${name}`, () => {
      let server: MysqlAccess;
      beforeAll(async () => {
        server = await access();
      });
      tests({
        access: () => server,
        alone,
        open: async (statements, opening) => openDatabase(server, statements, opening),
      });
    });
}
