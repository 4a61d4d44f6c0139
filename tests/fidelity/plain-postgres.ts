import { Client } from 'pg';
import { postgres } from '../../src/connectors/index.ts';
import { Secret } from '../../src/model/index.ts';
import type { PostgresAccess } from '../servers/index.ts';
import { openingContext } from './opening-context.ts';
import type { PlainSystem, Seen } from './plain-system.ts';
import { postgresSetUp } from './postgres-types.ts';

/** A new database of that server, with the types that are tried in it. */
export async function plainPostgres(server: PostgresAccess): Promise<PlainSystem> {
  const database = await server.createDatabase();
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database, types: { getTypeParser: () => String } });
  await client.connect();
  await client.query(
    `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; ${postgresSetUp}`,
  );
  return {
    system: 'postgres',
    open: (role) =>
      postgres.open(
        { host, port, user, password: new Secret(password), database, schema: 'public', tls: 'off' },
        openingContext(role),
      ),
    run: async (sql) => void (await client.query(sql)),
    see: async (table, column, type, { from, to }) => {
      // Some types spell themselves otherwise under a cast; the padding of char(n) goes with one.
      const own =
        type.native.startsWith('character(') || type.native === 'boolean' ? `${column}::text` : column;
      const shown = type.sense === 'bytes' ? `encode(${column}, 'hex')` : own;
      const { rows } = await client.query<[string, string]>({
        text: `SELECT id::text, ${shown} FROM ${table} WHERE id BETWEEN ${from} AND ${to} AND num_nonnulls(${column}) = 1`,
        rowMode: 'array',
      });
      return new Map(rows.map(([id, text]): [number, Seen] => [Number(id), { storage: null, text }]));
    },
    [Symbol.asyncDispose]: async () => client.end(),
  };
}
