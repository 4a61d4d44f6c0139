import { beforeAll, describe } from 'vitest';
import {
  type PostgresAccess,
  type PostgresMajor,
  sharedPostgres,
  skipWithoutPostgres,
} from '../../../tests/servers/index.ts';
import type { OpenContext } from '../port.ts';
import { type OpenedSchema, openSchema } from './opened-schema.contract.ts';

/** What a test gets: `open` makes a schema of its own in this file's database. */
export interface ServerUnderTest {
  readonly access: () => PostgresAccess;
  readonly database: () => string;
  open(sql: string, role?: OpenContext['role'], context?: Partial<OpenContext>): Promise<OpenedSchema>;
}

/**
 * For tests that walk through a whole life and take long: one of the two servers, another time the other; both with
 * GODWIT_PROVE=1. The title says which.
 */
export function onOneServer(title: string, tests: (server: ServerUnderTest) => void): void {
  const drawn: PostgresMajor = Math.random() < 0.5 ? 15 : 18;
  onEachServer(title, tests, process.env['GODWIT_PROVE'] === '1' ? [15, 18] : [drawn]);
}

/** Runs tests on the oldest and the newest server there is for tests; says so when one cannot run here. */
export function onEachServer(
  title: string,
  tests: (server: ServerUnderTest) => void,
  majors: readonly PostgresMajor[] = [15, 18],
): void {
  for (const major of majors)
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
