import { createConnection } from 'mysql2/promise';
import { mysql } from '../../src/connectors/index.ts';
import { Secret } from '../../src/model/index.ts';
import type { MysqlAccess } from '../servers/index.ts';
import { openingContext } from './opening-context.ts';
import type { PlainSystem, Seen } from './plain-system.ts';
import type { TestedType } from './tested-type.ts';

export interface PlainMariadb extends PlainSystem {
  /** The rows of a query, as text. */
  ask(sql: string): Promise<readonly (readonly (string | null)[])[]>;
}

/** A new database of that server. Its own session takes what strict servers refuse, zero dates among it. */
export async function plainMariadb(server: MysqlAccess): Promise<PlainMariadb> {
  const database = await server.createDatabase();
  const { host, port, user, password } = server;
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    database,
    charset: 'utf8mb4',
    multipleStatements: true,
  });
  await connection.query(`SET time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES'`);
  const ask = async (sql: string): Promise<readonly (readonly (string | null)[])[]> => {
    const [rows] = await connection.query({
      sql,
      rowsAsArray: true,
      typeCast: (field: { buffer(): Buffer | null }) => field.buffer(),
    });
    return (rows as (Buffer | null)[][]).map((row) => row.map((value) => value?.toString('utf8') ?? null));
  };
  return {
    system: 'mariadb',
    open: (role) =>
      mysql.open(
        { host, port, user, password: new Secret(password), database, tls: 'off', dates: 'checked' },
        openingContext(role),
      ),
    run: async (sql) => void (await connection.query(sql)),
    see: async (table, column, type, { from, to }) => {
      const rows = await ask(
        `SELECT id, ${shown(type, column)} FROM ${table} WHERE id BETWEEN ${from} AND ${to} AND ${column} IS NOT NULL`,
      );
      return new Map(
        rows.map(([id, text]): [number, Seen] => [Number(id), { storage: null, text: text ?? '' }]),
      );
    },
    ask,
    [Symbol.asyncDispose]: async () => {
      connection.destroy();
      await server.dropDatabase(database);
    },
  };
}

function shown({ native, sense }: TestedType, column: string): string {
  if (sense === 'bytes' || isGeometry(native)) return `LOWER(HEX(${column}))`;
  if (sense === 'float') return `${column} + 0e0`;
  const bits = /^bit\((\d+)\)/.exec(native)?.[1];
  if (bits !== undefined) return `LPAD(BIN(${column}), ${bits}, '0')`;
  return sense === 'text' ? `CONVERT(${column} USING utf8mb4)` : column;
}

function isGeometry(native: string): boolean {
  return /^(geometry|point|linestring|polygon|multi\w+|geometrycollection)/.test(native);
}
