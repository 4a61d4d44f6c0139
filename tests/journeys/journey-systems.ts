import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openPracticeHubspot } from '../../src/practice/index.ts';
import { type PostgresMajor, sharedMariadb, sharedPostgres } from '../servers/index.ts';
import { openJourneyOrg } from './journey-org.ts';
import { ownState } from './own-state.ts';
import { givenOrder, readCallLine } from './read-call-line.ts';

/** A database of a journey as its SQL checks see it: with the engine's own client, not through the code under test. */
export interface JourneySystem extends AsyncDisposable {
  /** What `{{name.word}}` stands for. */
  readonly words: Readonly<Record<string, string>>;
  /** Rows as lines: fields between ` | `, NULL as NULL, bytes as `\x` and hexadecimal digits. */
  rows(sql: string): Promise<readonly string[]>;
  run(sql: string): Promise<void>;
  /** A dump as the engine's own client reads it. */
  load(path: string): Promise<void>;
  /** A CSV file with a header, into a table that is there, as the engine itself reads it. */
  loadTable(table: string, path: string): Promise<void>;
}

export async function openJourneySystem(
  engine: string,
  argument: string,
  path: string,
): Promise<JourneySystem> {
  if (engine === 'sqlite') return sqliteSystem(path);
  if (engine === 'postgres' && /^1[58]$/.test(argument))
    return await postgresSystem(Number(argument) as PostgresMajor);
  if (engine === 'mariadb') return await mariadbSystem();
  if (engine === 'hubspot') return await practiceHubspot(path);
  if (engine === 'salesforce') return await openJourneyOrg(path);
  throw new Error(`no such system: ${engine} ${argument}`);
}

/** Opened for each statement: nothing of a journey's checks may stand in the way of the commands between them. */
function sqliteSystem(path: string): JourneySystem {
  const withFile = <Result>(act: (file: DatabaseSync) => Result): Result => {
    const file = new DatabaseSync(path);
    file.function('md5', { deterministic: true }, md5);
    try {
      return act(file);
    } finally {
      file.close();
    }
  };
  return {
    words: { path },
    rows: async (sql) =>
      withFile((file) => {
        const statement = file.prepare(sql);
        statement.setReadBigInts(true);
        statement.setReturnArrays(true);
        return (statement.all() as unknown as (readonly unknown[])[]).map(rowText);
      }),
    run: async (sql) => withFile((file) => file.exec(sql)),
    load: async (dump) => withFile((file) => file.exec(readFileSync(dump, 'utf8'))),
    loadTable: async () => Promise.reject(new Error('SQLite itself reads no CSV')),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/**
 * A practice HubSpot as a file that was written before describes its account: `hubspot account.yaml`. Its state is looked at by
 * plain SQL, and filled by it; what somebody does to it is a line as `PATCH /crm/v3/objects/contacts/1 {"properties":{}}`.
 */
async function practiceHubspot(account: string): Promise<JourneySystem> {
  const state = ownState(account);
  const server = await openPracticeHubspot({ state, account });
  const file = sqliteSystem(state);
  return {
    words: { url: server.url },
    rows: async (sql) => await file.rows(sql),
    run: async (line) => {
      const call = readCallLine(line);
      if (await givenOrder(server.url, call)) return;
      const { method, path, content } = call;
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: 'Bearer pat-practice', 'content-type': 'application/json' },
        ...(content === '' ? {} : { body: content }),
      });
      if (!answer.ok) throw new Error(`${line}: ${answer.status} ${await answer.text()}`);
    },
    load: async (sql) => await file.load(sql),
    loadTable: async () => Promise.reject(new Error('a journey loads CSV into PostgreSQL only')),
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

/** SQLite has none. */
function md5(value: SQLOutputValue): string | null {
  if (value === null) return null;
  const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
  return createHash('md5').update(bytes).digest('hex');
}

async function postgresSystem(major: PostgresMajor): Promise<JourneySystem> {
  const server = await sharedPostgres(major);
  const { host, port, user, password } = server;
  const database = await server.createDatabase();
  const types = { getTypeParser: () => (text: unknown) => text };
  const withClient = async <Result>(act: (client: Client) => Promise<Result>): Promise<Result> => {
    const client = new Client({ host, port, user, password, database, types });
    await client.connect();
    try {
      return await act(client);
    } finally {
      await client.end();
    }
  };
  return {
    words: { host, port: String(port), user, password, database },
    rows: async (sql) =>
      await withClient(async (client) => {
        const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
        return rows.map(rowText);
      }),
    run: async (sql) => await withClient(async (client) => void (await client.query(sql))),
    load: async (dump) =>
      await withClient(async (client) => await loadDump(client, readFileSync(dump, 'utf8'))),
    loadTable: async (table, path) =>
      await withClient(async (client) => {
        const copy = client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT csv, HEADER true)`));
        await pipeline(createReadStream(path), copy);
      }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function mariadbSystem(): Promise<JourneySystem> {
  const server = await sharedMariadb();
  const { host, port, user, password } = server;
  const database = await server.createDatabase();
  const ask = async (sql: string): Promise<readonly unknown[]> => {
    const access = { host, port, user, password, database, multipleStatements: true, rowsAsArray: true };
    const connection = await createConnection({ ...access, charset: 'utf8mb4' });
    try {
      const [rows] = await connection.query({ sql, typeCast: (field) => field.buffer()?.toString() ?? null });
      return rows as unknown as unknown[];
    } finally {
      await connection.end();
    }
  };
  return {
    words: { host, port: String(port), user, password, database },
    rows: async (sql) => ((await ask(sql)) as unknown[][]).map(rowText),
    run: async (sql) => void (await ask(sql)),
    load: async (dump) => void (await ask(readFileSync(dump, 'utf8'))),
    loadTable: async () => Promise.reject(new Error('a journey loads CSV into PostgreSQL only')),
    [Symbol.asyncDispose]: async () => server.dropDatabase(database),
  };
}

/** What psql does with a plain dump: statements are sent, lines behind `COPY ... FROM stdin;` are its data. */
async function loadDump(client: Client, dump: string): Promise<void> {
  let statements = '';
  const lines = dump.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (/^COPY .* FROM stdin;$/i.test(line)) {
      await client.query(statements);
      statements = '';
      const end = lines.indexOf('\\.', at);
      const data = lines.slice(at + 1, end).map((one) => `${one}\n`);
      await pipeline(Readable.from(data), client.query(copyFrom(line)));
      at = end;
    } else if (!line.startsWith('\\')) statements += `${line}\n`;
  }
  await client.query(statements);
}

function rowText(row: readonly unknown[]): string {
  return row.map(valueText).join(' | ');
}

function valueText(value: unknown): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
    throw new TypeError('not a value of a database');
  return String(value).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('|', '\\|');
}
