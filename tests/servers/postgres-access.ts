import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { PostgresMajor } from './postgres-package.ts';

export const superuser = 'postgres';

/** How to reach a server: what `pg` takes, without a database. */
export interface PostgresLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** A server a test may use; whether it may also stop it is `PostgresServer`'s matter. */
export interface PostgresAccess extends PostgresLogin {
  readonly major: PostgresMajor;
  /** Creates a database and answers with its name; `template` is a database of this server to copy (30 ms). */
  createDatabase(name?: string, template?: string): Promise<string>;
}

export async function createDatabase(
  login: PostgresLogin,
  name: string = `test_${randomBytes(6).toString('hex')}`,
  template = 'template1',
): Promise<string> {
  const client = new Client({ ...login, database: 'postgres' });
  await client.connect();
  try {
    const [quotedName, quotedTemplate] = [client.escapeIdentifier(name), client.escapeIdentifier(template)];
    await client.query(`CREATE DATABASE ${quotedName} TEMPLATE ${quotedTemplate}`);
    return name;
  } finally {
    await client.end();
  }
}
