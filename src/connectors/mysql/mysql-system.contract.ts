import { randomBytes } from 'node:crypto';
import { type Connection, createConnection } from 'mysql2/promise';
import type { MysqlAccess } from '../../../tests/servers/index.ts';
import { floatText, Secret, type Value } from '../../model/index.ts';
import type { ContractSystem } from '../connector.contract.ts';
import type { MysqlAddress } from './address.ts';

/** A database of its own on the server, looked at with the driver alone. */
export interface FreshDatabase extends ContractSystem<MysqlAddress> {
  readonly connection: Connection;
  /** The rows of a query, as text. */
  ask(sql: string): Promise<(string | null)[][]>;
}

export async function freshDatabase(server: MysqlAccess): Promise<FreshDatabase> {
  const { host, port, user, password } = server;
  const database = await server.createDatabase(`contract ${randomBytes(5).toString('hex')}`);
  const connection = await createConnection({ host, port, user, password, database, charset: 'utf8mb4' });
  // Tests that kill the server kill this connection too.
  connection.on('error', () => undefined);
  await connection.query(`SET time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO'`);
  const raw = async (sql: string): Promise<(Buffer | null)[][]> => {
    const [rows] = await connection.query({ sql, rowsAsArray: true, typeCast: (field) => field.buffer() });
    return rows as unknown as (Buffer | null)[][];
  };
  const typesOf = async (relation: string): Promise<ReadonlyMap<string, string>> => {
    const rows = await raw(
      `SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = database() AND TABLE_NAME = ${literal(relation)}`,
    );
    return new Map(rows.map(([name, type]) => [String(name), String(type)]));
  };
  return {
    connection,
    address: { host, port, user, database, password: new Secret(password), tls: 'off', dates: 'checked' },
    ask: async (sql) => (await raw(sql)).map((row) => row.map((value) => value?.toString() ?? null)),
    seed: async (relation, fields, rows) => {
      for (let from = 0; from < rows.length; from += 500) {
        const tuples = rows.slice(from, from + 500).map((row) => `(${row.map(literal).join(', ')})`);
        await connection.query(
          `INSERT INTO ${quote(relation)} (${fields.map(quote).join(', ')}) VALUES ${tuples.join(', ')}`,
        );
      }
    },
    rows: async (relation, fields) => {
      const types = await typesOf(relation);
      if (types.size === 0) return [];
      const found = await raw(`SELECT ${fields.map(quote).join(', ')} FROM ${quote(relation)}`);
      return found.map((row) => row.map((value, at) => plainValue(value, types.get(fields[at] ?? '') ?? '')));
    },
    change: async (relation, [whereField, where], [setField, set]) => {
      await connection.query(
        `UPDATE ${quote(relation)} SET ${quote(setField)} = ${literal(set)} WHERE ${quote(whereField)} = ${literal(where)}`,
      );
    },
    damage: async (relation) => {
      await connection.query(`ALTER TABLE ${quote(relation)} MODIFY name text CHARACTER SET cp1250`);
      // A byte that this character set gives no character to.
      await connection.query(
        `INSERT INTO ${quote(relation)} (id, name, amount) VALUES (-5, _cp1250 X'81', 1)`,
      );
    },
    [Symbol.asyncDispose]: async () => {
      connection.destroy();
      await server.dropDatabase(database);
    },
  };
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = String(value).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\+00$/, '$1');
  return `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`;
}

/** The value as the model spells it, by the rules of the type and not by the shelf's own code. */
function plainValue(bytes: Buffer | null, type: string): Value {
  if (bytes === null) return null;
  if (/blob|binary/.test(type)) return Uint8Array.from(bytes);
  const text = bytes.toString('utf8');
  if (type === 'tinyint(1)') return text === '1';
  if (type === 'double') return floatText(Number(text));
  if (/^(time|datetime)\(/.test(type)) return text.replace(/\.?0+$/, '');
  return type.startsWith('timestamp(') ? `${text.replace(/\.?0+$/, '')}+00` : text;
}
