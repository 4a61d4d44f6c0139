import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import {
  filesConnector,
  mysql,
  type OpenContext,
  type OpenSystem,
  postgres,
  sqlite,
} from '../../../src/connectors/index.ts';
import { SqliteFile } from '../../../src/host/index.ts';
import { Secret } from '../../../src/model/index.ts';

export type PlaceKind = 'postgres' | 'mariadb' | 'sqlite' | 'csv';

/** A source or a target, as another process has to know it. */
export type Place =
  | {
      readonly kind: 'postgres' | 'mariadb';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'csv'; readonly folder: string };

/** Through the shelf. */
export async function openPlace(place: Place, context: OpenContext): Promise<OpenSystem> {
  if (place.kind === 'sqlite') return sqlite.open({ path: place.path }, context);
  if (place.kind === 'csv')
    return filesConnector('csv').open({ folder: place.folder, format: 'csv', options: {} }, context);
  const { host, port, user, password, database } = place;
  const login = { host, port, user, password: new Secret(password), database, tls: 'off' as const };
  return place.kind === 'postgres'
    ? postgres.open({ ...login, schema: 'public' }, context)
    : mysql.open({ ...login, dates: 'checked' }, context);
}

/** With the driver alone: the rows of the last statement, every value as text. */
export async function plainSql(
  place: Place,
  ...statements: readonly string[]
): Promise<readonly (readonly (string | null)[])[]> {
  if (place.kind === 'csv') throw new RangeError('no SQL in a folder of files');
  if (place.kind === 'sqlite') return inSqlite(place.path, statements);
  const { kind, ...login } = place;
  return kind === 'postgres' ? inPostgres(login, statements) : inMariadb(login, statements);
}

type Login = Omit<Extract<Place, { kind: 'postgres' | 'mariadb' }>, 'kind'>;
type TextRows = readonly (readonly (string | null)[])[];

function inSqlite(path: string, statements: readonly string[]): TextRows {
  using file = new SqliteFile(path);
  const all = statements.map((text) => file.statement(text).all());
  return (all.at(-1) ?? []).map((row) => row.map((value) => (value === null ? null : String(value))));
}

async function inPostgres(login: Login, statements: readonly string[]): Promise<TextRows> {
  const client = new Client({ ...login, types: { getTypeParser: () => String } });
  await client.connect();
  try {
    let rows: TextRows = [];
    for (const text of statements) ({ rows } = await client.query({ text, rowMode: 'array' }));
    return rows;
  } finally {
    await client.end();
  }
}

async function inMariadb(login: Login, statements: readonly string[]): Promise<TextRows> {
  const connection = await createConnection({ ...login, charset: 'utf8mb4' });
  try {
    let rows: unknown = [];
    const asText = (field: { string(): string | null }): string | null => field.string();
    for (const sql of statements)
      [rows] = await connection.query({ sql, rowsAsArray: true, typeCast: asText });
    return Array.isArray(rows) ? (rows as TextRows) : [];
  } finally {
    await connection.end();
  }
}

/** A folder with that one file in it. */
export async function writeCsv(folder: string, text: string): Promise<Place> {
  await writeFile(join(folder, 'thing.csv'), text);
  return { kind: 'csv', folder };
}
