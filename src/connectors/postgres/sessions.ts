import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { giveBack } from '../../host/index.ts';
import { type ErrorPlace, GodwitError } from '../../model/index.ts';
import { clientConfig, type PostgresAddress } from './address.ts';
import { CopyOut } from './copy-out.ts';
import { fault, postgresFault } from './faults.ts';
import { quoteName } from './sql.ts';

/** One row as the server spells it. */
export type TextRow = readonly (string | null)[];

/**
 * One connection with fixed settings. Errors are the driver's own here: the shelf's outer methods turn them into faults,
 * inner ones still need the SQLSTATE.
 */
export class Session {
  readonly #client: Client;
  lost = false;
  /** The server process that answers is not the one that was announced: a pooler answers for it. See pooler.ts. */
  behindPooler = false;
  /** What stands before the names of godwit's own tables: their schema, or what it keeps for the time of a transaction. */
  readonly books: 'godwit.' | 'pg_temp.godwit_';

  constructor(client: Client, books: Session['books']) {
    this.#client = client;
    this.books = books;
    // Without a listener a connection that dies while idle would end the process.
    client.on('error', () => {
      this.lost = true;
    });
    client.on('end', () => {
      this.lost = true;
    });
  }

  async rows(sql: string, parameters: readonly (string | null)[] = []): Promise<readonly TextRow[]> {
    const result = await this.#client.query<(string | null)[]>({
      text: sql,
      values: [...parameters],
      rowMode: 'array',
    });
    return result.rows;
  }

  /** One or more statements without parameters, nothing to read. */
  async run(sql: string): Promise<void> {
    await this.#client.query(sql);
  }

  /** Begins a transaction, in which the settings of this session hold: behind a pooler somebody else's might. */
  async begin(statements: string): Promise<void> {
    await this.run(statements);
    if (!this.behindPooler) return;
    const [row] = await this.rows(`SELECT pg_catalog.current_setting('${tokenSetting}', true)`);
    if (row?.[0] !== this.#token)
      throw postgresFault(
        'postgres.shared-sessions',
        'a transaction began without the settings of its session',
      );
  }

  /** Fixes the settings of this session, once, before anything else. */
  async settle(schema: string, readOnly: boolean, lockTimeoutMs: number): Promise<void> {
    const [row] = await this.rows(settingsStatement(schema, readOnly, lockTimeoutMs, this.#token));
    this.behindPooler = row?.at(-1) !== this.#token;
  }

  /** The server's process; behind a pooler one that it makes up. */
  get serverProcess(): string {
    return this.#token;
  }

  /** The server process as it was announced when the connection began; a pooler makes one up for each of its clients. */
  get #token(): string {
    return String((this.#client as unknown as { readonly processID: number | null }).processID);
  }

  /** The bytes of a `COPY ... TO STDOUT`. Whoever leaves early must end this session. */
  copyOut(sql: string): AsyncIterable<Buffer> {
    return this.#client.query(new CopyOut(sql));
  }

  /** Feeds a `COPY ... FROM STDIN`; answers with the number of records the server took. */
  async copyIn(sql: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    const sink = this.#client.query(copyFrom(sql));
    const failed: unknown[] = [];
    try {
      const { stream } = (this.#client as unknown as { readonly connection: Connected }).connection;
      const isSent = (): boolean => sink.writableLength === 0 && stream.writableLength === 0;
      await pipeline(unnamed(chunks, failed, isSent), sink);
      return sink.rowCount;
    } catch (error) {
      throw failed.length > 0 ? failed[0] : error;
    }
  }

  async end(): Promise<void> {
    this.lost = true;
    await this.#client.end();
  }
}

/** What the driver's client holds, of which its types say nothing. */
interface Connected {
  readonly stream: Writable;
}

/**
 * Why the bytes end early is told to the server, which logs it: what failed elsewhere may name a value and is not its affair.
 * The memory of a chunk goes back when all of it is with the operating system.
 */
async function* unnamed(
  chunks: AsyncIterable<Uint8Array>,
  failed: unknown[],
  isSent: () => boolean,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      yield chunk;
      if (isSent()) giveBack(chunk);
    }
  } catch (error) {
    failed.push(error);
    throw new Error('the source gave no more', { cause: error });
  }
}

const idleMax = 4;

/** Keeps elsewhere what the target should know of a slice; see `books-beside.ts`. */
export interface KeptBeside extends Disposable {
  transaction<Result>(
    sessions: Sessions,
    namespace: string,
    place: { readonly run: string; readonly step: string; readonly slice: number },
    work: (session: Session) => Promise<Result>,
  ): Promise<Result>;
}

interface SessionsOptions {
  readonly lockTimeoutMs?: number | undefined;
  readonly beside?: KeptBeside | null;
}

/**
 * The connections of one opened system. Any number may be in use (the engine bounds its concurrency; a fixed limit here
 * could make a read wait for a lookup that waits for the read), a few are kept when idle.
 */
export class Sessions implements AsyncDisposable {
  readonly #address: PostgresAddress;
  readonly #readOnly: boolean;
  readonly #lockTimeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #idle: Session[] = [];
  readonly #live = new Set<Session>();
  readonly #onAbort = (): void => this.#endAll();
  /** Null where the target keeps the books itself. */
  readonly beside: KeptBeside | null;

  constructor(
    address: PostgresAddress,
    readOnly: boolean,
    signal: AbortSignal,
    { lockTimeoutMs = 30_000, beside = null }: SessionsOptions = {},
  ) {
    this.#lockTimeoutMs = lockTimeoutMs;
    this.beside = beside;
    this.#address = address;
    this.#readOnly = readOnly;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  async take(): Promise<Session> {
    if (this.#signal.aborted) throw postgresFault('postgres.stopped', String(this.#signal.reason));
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop())
      if (!idle.lost) return idle;
    const client = new Client(clientConfig(this.#address));
    const session = new Session(client, this.beside === null ? 'godwit.' : 'pg_temp.godwit_');
    await client.connect();
    this.#live.add(session);
    try {
      await session.settle(this.#address.schema, this.#readOnly, this.#lockTimeoutMs);
    } catch (error) {
      await this.discard(session);
      throw error;
    }
    return session;
  }

  /** The server's processes of all that are in use or kept. */
  get processes(): readonly string[] {
    return [...this.#live].map(({ serverProcess }) => serverProcess).filter((pid) => /^\d+$/.test(pid));
  }

  /** For a session that is idle and outside a transaction. */
  async give(session: Session): Promise<void> {
    if (session.lost || this.#idle.length >= idleMax || this.#signal.aborted) await this.discard(session);
    else this.#idle.push(session);
  }

  async discard(session: Session): Promise<void> {
    this.#live.delete(session);
    await session.end();
  }

  /** Runs the work on one session; after a failure the session is ended, which also rolls its transaction back. */
  async lend<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = await this.take();
    try {
      const result = await work(session);
      await this.give(session);
      return result;
    } catch (error) {
      await this.discard(session);
      throw error;
    }
  }

  async transaction<Result>(begin: string, work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.lend(async (session) => {
      await session.begin(begin);
      const result = await work(session);
      await session.run('COMMIT');
      return result;
    });
  }

  /** What a failure of work on these sessions means: when the work was stopped, lost connections are only its trace. */
  fault(error: unknown, where: ErrorPlace): GodwitError {
    const stopped = this.#signal.aborted && !(error instanceof GodwitError);
    return stopped
      ? postgresFault('postgres.stopped', String(this.#signal.reason), where)
      : fault(error, where);
  }

  #endAll(): void {
    for (const session of this.#live) session.end().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    await Promise.all([...this.#live].map(async (session) => this.discard(session)));
    this.#idle.length = 0;
    this.beside?.[Symbol.dispose]();
  }
}

/** A setting of our own, by which a session is known to the server. */
const tokenSetting = 'godwit.session';

/**
 * Fixes everything that changes how the server spells or reads values, finds names, hides rows or ends a session by itself.
 * `row_security = off` makes the server refuse instead of hiding rows silently.
 */
function settingsStatement(schema: string, readOnly: boolean, lockTimeoutMs: number, token: string): string {
  const settings: Readonly<Record<string, string>> = {
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    TimeZone: 'UTC',
    extra_float_digits: '1',
    bytea_output: 'hex',
    lc_monetary: 'C',
    xmloption: 'content',
    standard_conforming_strings: 'on',
    array_nulls: 'on',
    row_security: 'off',
    default_transaction_read_only: readOnly ? 'on' : 'off',
    default_transaction_isolation: 'read committed',
    lock_timeout: `${lockTimeoutMs}ms`,
    statement_timeout: '3600s',
    idle_in_transaction_session_timeout: '0',
    idle_session_timeout: '0',
    [tokenSetting]: token,
  };
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config('${name}', '${value.replaceAll("'", "''")}', false)`,
  );
  // A setting of the server that answers before the commit is durable would let a slice that was reported vanish.
  const durable = `CASE WHEN pg_catalog.current_setting('synchronous_commit') = 'off'
    THEN pg_catalog.set_config('synchronous_commit', 'on', false) END`;
  // Since version 17; a snapshot is one long transaction.
  const unhurried = `CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL
    THEN pg_catalog.set_config('transaction_timeout', '0', false) END`;
  const columns = [...calls, durable, unhurried, searchPath(schema, 'behind'), 'pg_catalog.pg_backend_pid()'];
  return `SELECT ${columns.join(', ')}`;
}

/**
 * The schema first; behind it the schemas of extensions, whose operators types like citext need, and what the role's own
 * path had (`behind`), for triggers that rely on it. Schemas where anybody may create things are left out: an operator
 * planted there could be taken for the server's own.
 */
export function searchPath(schema: string, roleDefault: 'behind' | 'none'): string {
  const name = `'${quoteName(schema).replaceAll("'", "''")}'`;
  const others = roleDefault === 'behind' ? 'n.nspname = ANY (pg_catalog.current_schemas(false)) OR ' : '';
  return `pg_catalog.set_config('search_path', concat_ws(', ', ${name}, (
      SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname) FROM pg_catalog.pg_namespace AS n
      WHERE (${others}n.oid IN (SELECT extnamespace FROM pg_catalog.pg_extension))
        AND n.nspname <> 'pg_catalog' AND quote_ident(n.nspname) <> ${name}
        AND NOT has_schema_privilege('public', n.oid, 'create')), 'pg_temp'), ${roleDefault === 'none'})`;
}
