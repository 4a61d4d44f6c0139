import { type LineStore, type LockedLines, ledgerBusy } from '../../ledger/index.ts';
import type { PostgresAddress } from './address.ts';
import { expectOwnConnections } from './pooler.ts';
import { type Session, Sessions } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';
import { WorkLock } from './work-lock.ts';

const linesPerPage = 5_000;
/** Any number that nobody else locks: "godwit" and what is made. */
const lockSpace = 0x676f6477;

/** See `line-store.ts`. */
export class PostgresLineStore implements LineStore {
  readonly place: string;
  readonly #sessions: Sessions;
  readonly #ledger: string;
  readonly #schema: string;
  readonly #work: WorkLock;
  #ready = false;

  constructor(address: PostgresAddress, ledger: string, signal: AbortSignal) {
    this.place = `${ledger} in ${address.database} at ${address.host}:${address.port}`;
    this.#sessions = new Sessions(address, false, signal);
    this.#ledger = ledger;
    this.#schema = quoteName(address.schema);
    this.#work = new WorkLock(this.#sessions, `work on ${this.#schema}: ${ledger}`);
  }

  async alone<Result>(work: (lines: LockedLines) => Promise<Result>): Promise<Result> {
    try {
      if (!this.#ready) await this.#prepare();
      return await this.#sessions.transaction('BEGIN', async (session) => {
        // Whoever is frozen in here is put out before those who wait give up.
        await session.run(
          "SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '8s'",
        );
        await session.rows('SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))', [
          `ledger of ${this.#schema}: ${this.#ledger}`,
        ]);
        return await work(new PostgresLines(session, this.#schema, this.#ledger));
      });
    } catch (error) {
      const fault = this.#sessions.fault(error, { system: 'ledger' });
      throw fault.code === 'postgres.lock-timeout' ? ledgerBusy(this.place, error) : fault;
    }
  }

  async occupy(by: string): Promise<AsyncDisposable | null> {
    try {
      await expectOwnConnections(this.#sessions);
      return await this.#work.take(by);
    } catch (error) {
      throw this.#sessions.fault(error, { system: 'ledger' });
    }
  }

  async occupant(): Promise<string | null> {
    try {
      return await this.#work.holder();
    } catch (error) {
      throw this.#sessions.fault(error, { system: 'ledger' });
    }
  }

  async #prepare(): Promise<void> {
    await expectOwnConnections(this.#sessions);
    await this.#sessions.transaction('BEGIN', async (session) => {
      // CREATE ... IF NOT EXISTS of two sessions at once can still collide.
      await session.run(`SELECT pg_catalog.pg_advisory_xact_lock(${lockSpace}, 1)`);
      const [row] = await session.rows('SELECT pg_catalog.to_regclass($1)', [
        `${this.#schema}.godwit_ledger_note`,
      ]);
      if (row?.[0] === null) await session.run(tablesIn(this.#schema));
    });
    this.#ready = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }
}

function tablesIn(schema: string): string {
  return `
    CREATE TABLE ${schema}.godwit_ledger_line (
      ledger text COLLATE "C" NOT NULL, number bigint NOT NULL CHECK (number > 0), line bytea NOT NULL,
      PRIMARY KEY (ledger, number));
    CREATE TABLE ${schema}.godwit_ledger_note (
      ledger text COLLATE "C" NOT NULL, size bigint NOT NULL, note text NOT NULL, PRIMARY KEY (ledger, size));
    COMMENT ON TABLE ${schema}.godwit_ledger_line IS ${quoteText('Lines of godwit ledgers, hash-chained: never changed, never deleted.')}`;
}

class PostgresLines implements LockedLines {
  readonly #session: Session;
  readonly #schema: string;
  readonly #ledger: string;

  constructor(session: Session, schema: string, ledger: string) {
    this.#session = session;
    this.#schema = schema;
    this.#ledger = ledger;
  }

  async *after(size: number): AsyncGenerator<Uint8Array> {
    for (let last = size; ; ) {
      const rows = await this.#session.rows(
        `SELECT l.number::text, pg_catalog.encode(l.line, 'base64') FROM ${this.#schema}.godwit_ledger_line AS l
         WHERE l.ledger = $1 AND l.number > $2 ORDER BY l.number LIMIT ${linesPerPage}`,
        [this.#ledger, String(last)],
      );
      for (const [, line] of rows) yield Buffer.from(line ?? '', 'base64');
      if (rows.length < linesPerPage) return;
      last = Number(rows.at(-1)?.[0]);
    }
  }

  /** One statement, and so one commit, for all of them. */
  async append(size: number, lines: readonly Uint8Array[]): Promise<void> {
    const texts = lines.map((line) => Buffer.from(line).toString('base64'));
    await this.#session.rows(
      `INSERT INTO ${this.#schema}.godwit_ledger_line (ledger, number, line)
       SELECT $1, $2::bigint + n, pg_catalog.decode(t, 'base64')
       FROM pg_catalog.unnest($3::text[]) WITH ORDINALITY AS given (t, n)`,
      [this.#ledger, String(size), `{${texts.join(',')}}`],
    );
  }

  async notes(): Promise<readonly string[]> {
    const rows = await this.#session.rows(
      `SELECT note FROM ${this.#schema}.godwit_ledger_note WHERE ledger = $1 ORDER BY size`,
      [this.#ledger],
    );
    return rows.map(([note]) => note ?? '');
  }

  async keepNote(size: number, note: string): Promise<void> {
    await this.#session.rows(
      `INSERT INTO ${this.#schema}.godwit_ledger_note (ledger, size, note) VALUES ($1, $2, $3)
       ON CONFLICT (ledger, size) DO UPDATE SET note = excluded.note`,
      [this.#ledger, String(size), note],
    );
  }
}
