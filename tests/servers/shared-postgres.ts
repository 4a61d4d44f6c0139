import { inject } from 'vitest';
import { createDatabase, type PostgresAccess, type PostgresLogin } from './postgres-access.ts';
import type { PostgresMajor } from './postgres-package.ts';
import { startPostgres } from './start-postgres.ts';

/**
 * A server that all test files of a run use together: quick, and not to be stopped or reconfigured. Every file makes its own
 * database (or one as a template and one from it for each test).
 */
export async function sharedPostgres(major: PostgresMajor): Promise<PostgresAccess> {
  const desk = inject('serverDesk') as string | undefined;
  // A vitest configuration without the desk: the file gets a server of its own, which ends with its process.
  if (desk === undefined) return startPostgres({ major });
  const answer = await fetch(`${desk}/postgres/${major}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`no PostgreSQL ${major}: ${text}`);
  const login = JSON.parse(text) as PostgresLogin;
  return {
    ...login,
    major,
    createDatabase: async (name, template) => createDatabase(login, name, template),
  };
}
