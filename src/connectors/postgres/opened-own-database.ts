import type { OwnSession, OwnTables } from '../own-database.ts';
import type { PostgresAddress } from './address.ts';
import { expectOwnConnections } from './pooler.ts';
import { Sessions } from './sessions.ts';
import { quoteName } from './sql.ts';

/** The number that nobody else locks, as for the lines of a ledger; the second one says for what. */
const lockSpace = 0x676f6477;
const preparing = 2;

/**
 * A process that is frozen or starved in the midst of a transaction would keep others from what it has locked until it wakes up: the server
 * ends its session before. Shorter than any lease, so that who takes over finds nothing locked.
 */
const beginBriefly = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '3s'";

/** See `own-database.ts`. Its schema comes first in every session's search path. */
export class OpenedOwnDatabase implements AsyncDisposable {
  readonly #sessions: Sessions;
  readonly #schema: string;

  constructor(address: PostgresAddress, signal: AbortSignal) {
    this.#sessions = new Sessions(address, false, signal);
    this.#schema = quoteName(address.schema);
  }

  async prepare({ name, format, sql }: OwnTables): Promise<number> {
    const table = `${this.#schema}.godwit_${name}_format`;
    try {
      await expectOwnConnections(this.#sessions);
      return await this.#sessions.transaction(beginBriefly, async (session) => {
        // CREATE ... IF NOT EXISTS of two sessions at once can still collide.
        await session.run(`SELECT pg_catalog.pg_advisory_xact_lock(${lockSpace}, ${preparing})`);
        const [there] = await session.rows('SELECT pg_catalog.to_regclass($1)', [table]);
        if (there?.[0] === null) {
          await session.run(`CREATE TABLE ${table} (version integer PRIMARY KEY);
            INSERT INTO ${table} VALUES (${format}); ${sql}`);
        }
        const [row] = await session.rows(`SELECT max(version) FROM ${table}`);
        return Number(row?.[0]);
      });
    } catch (error) {
      throw this.#sessions.fault(error, { system: name });
    }
  }

  async rows(...statement: Parameters<OwnSession['rows']>): ReturnType<OwnSession['rows']> {
    try {
      return await this.#sessions.lend(async (session) => session.rows(...statement));
    } catch (error) {
      throw this.#sessions.fault(error, { system: 'own database' });
    }
  }

  async transaction<Result>(work: (session: OwnSession) => Promise<Result>): Promise<Result> {
    try {
      return await this.#sessions.transaction(beginBriefly, work);
    } catch (error) {
      throw this.#sessions.fault(error, { system: 'own database' });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }
}
