import { Readable } from 'node:stream';
import type { Connection, QueryOptions, ResultSetHeader } from 'mysql2';
import { type ErrorPlace, GodwitError } from '../../model/index.ts';
import { connectionOptions, type MysqlAddress } from './address.ts';
import { fault, mysqlFault } from './faults.ts';
import { type SessionFacts, settleSession } from './session-settings.ts';
import type { RawRow, TextRow } from './wire-row.ts';

/**
 * One connection with fixed settings. Errors are the driver's own here: the shelf's outer methods turn them into faults,
 * inner ones still need the error's number.
 */
export class Session {
  readonly #connection: Connection;
  #facts: SessionFacts | null = null;
  #breakOff: ((error: Error) => void) | null = null;
  lost = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    // Without a listener a connection that dies while idle would end the process.
    connection.on('error', () => this.#lose());
    connection.on('end', () => this.#lose());
  }

  get facts(): SessionFacts {
    if (this.#facts === null) throw new Error('the session is not settled yet');
    return this.#facts;
  }

  async settle(readOnly: boolean, lockTimeoutMs: number): Promise<void> {
    this.#facts = await settleSession(this, readOnly, lockTimeoutMs);
  }

  async rows(sql: string): Promise<readonly TextRow[]> {
    const found: TextRow[] = [];
    await this.each(sql, (row) => {
      found.push(row.map((value) => value?.toString('utf8') ?? null));
    });
    return found;
  }

  async rawRows(sql: string): Promise<readonly RawRow[]> {
    const found: RawRow[] = [];
    await this.each(sql, (row) => {
      found.push(row);
    });
    return found;
  }

  /** The rows by the names of their columns, for statements whose columns differ between versions. */
  async namedRows(sql: string): Promise<readonly ReadonlyMap<string, string | null>[]> {
    const found: TextRow[] = [];
    let names: readonly string[] = [];
    const take = (row: RawRow): void => {
      found.push(row.map((value) => value?.toString('utf8') ?? null));
    };
    await this.#send({ sql }, take, undefined, (columns) => {
      names = columns.map(({ name }) => name);
    });
    return found.map((row) => new Map(names.map((name, at) => [name, row[at] ?? null])));
  }

  /** One statement, nothing to read. */
  async run(sql: string): Promise<void> {
    await this.each(sql, () => undefined);
  }

  /** The rows one by one, as they come; answers with the number of records a change touched. */
  async each(sql: string, take: (row: RawRow) => void): Promise<number> {
    return (await this.#send({ sql }, take)).touched;
  }

  /**
   * LOAD DATA LOCAL: whatever file the statement names, these bytes are given for it. The server adds what it can and tells
   * the rest with warnings.
   */
  async load(sql: string, chunks: AsyncIterable<Uint8Array>): Promise<Outcome> {
    const bytes = Readable.from(chunks, { objectMode: false });
    try {
      return await this.#send({ sql, infileStreamFactory: () => bytes }, () => undefined);
    } finally {
      bytes.destroy();
    }
  }

  /** The packets of a result's rows, unread: where their bytes are and where in them a row begins. They are used again. */
  async packets(sql: string, take: (bytes: Buffer, at: number) => void): Promise<void> {
    await this.#send({ sql }, () => undefined, take);
  }

  /** Lets what the server sends wait with the server. */
  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  async #send(
    options: QueryOptions,
    take: (row: RawRow) => void,
    takePacket?: (bytes: Buffer, at: number) => void,
    takeColumns?: (columns: readonly { readonly name: string }[]) => void,
  ): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      let outcome: Outcome = { touched: 0, warnings: 0 };
      const settle = (act: () => void): void => {
        this.#breakOff = null;
        act();
      };
      this.#breakOff = (error) => settle(() => reject(error));
      if (this.lost) {
        this.#breakOff(lostError());
        return;
      }
      const query = this.#connection.query({
        ...options,
        rowsAsArray: true,
        typeCast: (field) => field.buffer(),
      });
      if (takePacket) readPackets(query as unknown as RowState, takePacket);
      if (takeColumns)
        query.on('fields', (columns: readonly { readonly name: string }[] | undefined) =>
          takeColumns(columns ?? []),
        );
      query
        .on('result', (row: unknown) => {
          if (Array.isArray(row)) take(row as RawRow);
          else outcome = outcomeOf(row as Partial<ResultSetHeader>);
        })
        .on('error', (error: Error) => settle(() => reject(error)))
        .on('end', () => settle(() => resolve(outcome)));
    });
  }

  async end(): Promise<void> {
    // What runs on it would wait for ever otherwise: the driver forgets it with the connection.
    this.#lose();
    this.#connection.destroy();
  }

  #lose(): void {
    this.lost = true;
    this.#breakOff?.(lostError());
  }
}

/** From here on the session sees the database as it is now, and may write nothing. */
export async function beginSnapshot(session: Session): Promise<void> {
  await session.run('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  await session.run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
}

/** What the server says of a statement that is not a query. */
export interface Outcome {
  /** Records added, changed or removed. */
  readonly touched: number;
  /** Notes included. */
  readonly warnings: number;
}

function outcomeOf({ affectedRows = 0, warningStatus = 0 }: Partial<ResultSetHeader>): Outcome {
  return { touched: affectedRows, warnings: warningStatus };
}

/** The driver's command of a query is in this state while rows arrive; each packet answers with the state that follows. */
interface RowState {
  row: (this: RowState, packet: RowPacket, connection: unknown) => unknown;
}

interface RowPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  isEOF(): boolean;
}

/** Puts itself in the place of the driver's reader of rows, which makes an object of each; the end is left to the driver. */
function readPackets(query: RowState, take: (bytes: Buffer, at: number) => void): void {
  const own = query.row;
  const read: RowState['row'] = (packet, connection) => {
    if (packet.isEOF()) return own.call(query, packet, connection);
    take(packet.buffer, packet.offset);
    return read;
  };
  query.row = read;
}

function lostError(): Error {
  return Object.assign(new Error('the connection is closed'), { code: 'PROTOCOL_CONNECTION_LOST' });
}

const idleMax = 4;

/**
 * The connections of one opened system. Any number may be in use (the engine bounds its concurrency; a fixed limit here
 * could make a read wait for a lookup that waits for the read), a few are kept when idle.
 */
export class Sessions implements AsyncDisposable {
  readonly #address: MysqlAddress;
  readonly #readOnly: boolean;
  readonly #lockTimeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #idle: Session[] = [];
  readonly #live = new Set<Session>();
  readonly #onAbort = (): void => this.#endAll();

  constructor(address: MysqlAddress, readOnly: boolean, signal: AbortSignal, lockTimeoutMs = 30_000) {
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#address = address;
    this.#readOnly = readOnly;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  async take(): Promise<Session> {
    if (this.#signal.aborted) throw mysqlFault('mysql.stopped', String(this.#signal.reason));
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop())
      if (!idle.lost) return idle;
    const session = new Session(await connect(this.#address, this.#readOnly));
    this.#live.add(session);
    try {
      await session.settle(this.#readOnly, this.#lockTimeoutMs);
    } catch (error) {
      await this.discard(session);
      throw error;
    }
    return session;
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

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.lend(async (session) => {
      await session.run('START TRANSACTION');
      const result = await work(session);
      await session.run('COMMIT');
      return result;
    });
  }

  /** What a failure of work on these sessions means: when the work was stopped, lost connections are only its trace. */
  fault(error: unknown, where: ErrorPlace): GodwitError {
    const stopped = this.#signal.aborted && !(error instanceof GodwitError);
    return stopped ? mysqlFault('mysql.stopped', String(this.#signal.reason), where) : fault(error, where);
  }

  #endAll(): void {
    for (const session of this.#live) session.end().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    await Promise.all([...this.#live].map(async (session) => this.discard(session)));
    this.#idle.length = 0;
  }
}

/** The driver is loaded here and nowhere else, and only by those who have such a system. */
async function connect(address: MysqlAddress, readOnly: boolean): Promise<Connection> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection(connectionOptions(address, readOnly));
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => {
      connection.removeListener('error', reject);
      if (!error) {
        resolve(connection);
        return;
      }
      connection.on('error', () => undefined);
      connection.destroy();
      reject(error);
    });
  });
}
