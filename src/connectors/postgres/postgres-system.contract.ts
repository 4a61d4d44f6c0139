import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { PostgresAccess } from '../../../tests/servers/index.ts';
import { type Row, Secret, type Value } from '../../model/index.ts';
import type { ContractSystem } from '../connector.contract.ts';
import type { PostgresAddress } from './address.ts';

/** A schema of its own in one database of the server, looked at with the driver alone. */
export async function freshSchema(
  server: PostgresAccess,
  database: string,
): Promise<ContractSystem<PostgresAddress> & { readonly client: Client }> {
  const { host, port, user, password } = server;
  const schema = `contract ${randomBytes(5).toString('hex')}`;
  const client = new Client({
    host,
    port,
    user,
    password,
    database,
    types: { getTypeParser: () => (value: unknown) => value },
  });
  // Tests that kill the server kill this connection too.
  client.on('error', () => undefined);
  await client.connect();
  const quote = (name: string): string => client.escapeIdentifier(name);
  await client.query(`CREATE SCHEMA ${quote(schema)}; SET search_path = ${quote(schema)}`);
  return {
    client,
    address: { host, port, user, database, schema, password: new Secret(password), tls: 'off' },
    seed: async (relation, fields, rows) => insertRows(client, relation, fields, rows),
    rows: async (relation, fields) => {
      const present = await client.query({
        text: 'SELECT to_regclass($1)',
        values: [quote(relation)],
        rowMode: 'array',
      });
      if (present.rows[0]?.[0] === null) return [];
      const sql = `SELECT ${fields.map(quote).join(', ')} FROM ${quote(relation)}`;
      const found = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
      const types = found.fields.map(({ dataTypeID }) => dataTypeID);
      return found.rows.map((row) => row.map((text, at) => plainValue(text, types[at])));
    },
    change: async (relation, [whereField, where], [setField, set]) => {
      const sql = `UPDATE ${quote(relation)} SET ${quote(setField)} = $1 WHERE ${quote(whereField)} = $2`;
      await client.query(sql, [plainText(set), plainText(where)]);
    },
    [Symbol.asyncDispose]: async () => {
      await client.query(`DROP SCHEMA IF EXISTS ${quote(schema)} CASCADE`);
      await client.end();
    },
  };
}

async function insertRows(
  client: Client,
  relation: string,
  fields: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const columns = fields.map((field) => client.escapeIdentifier(field)).join(', ');
  for (let from = 0; from < rows.length; from += 500) {
    const part = rows.slice(from, from + 500);
    const values: unknown[] = [];
    const tuples = part.map(
      (row) => `(${row.map((value) => `$${values.push(plainText(value))}`).join(', ')})`,
    );
    await client.query(
      `INSERT INTO ${client.escapeIdentifier(relation)} (${columns}) VALUES ${tuples.join(', ')}`,
      values,
    );
  }
}

function plainText(value: Value): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

const [boolOid, byteaOid] = [16, 17];

function plainValue(text: string | null, type: number | undefined): Value {
  if (text === null) return null;
  if (type === boolOid) return text === 't';
  return type === byteaOid ? Uint8Array.from(Buffer.from(text.slice(2), 'hex')) : text;
}
