import { beforeAll, describe } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../../tests/servers/index.ts';
import type { OpenContext } from '../port.ts';
import { type OpenedSchema, openSchema } from './opened-schema.contract.ts';

/** What a test gets: `open` makes a schema of its own in this file's database. */
export interface ServerUnderTest {
  readonly access: () => PostgresAccess;
  readonly database: () => string;
  open(sql: string, role?: OpenContext['role'], context?: Partial<OpenContext>): Promise<OpenedSchema>;
}

/** Runs tests on the oldest and the newest server there is for tests; says so when one cannot run here. */
export function onEachServer(title: string, tests: (server: ServerUnderTest) => void): void {
  for (const major of [15, 18] as const)
    describe.skipIf(skipWithoutPostgres(major))(`${title}, PostgreSQL ${major}`, () => {
      let access: PostgresAccess;
      let database: string;
      beforeAll(async () => {
        access = await sharedPostgres(major);
        database = await access.createDatabase();
      });
      tests({
        access: () => access,
        database: () => database,
        open: async (sql, role, context) => openSchema(access, database, sql, role, context),
      });
    });
}
