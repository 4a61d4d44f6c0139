import {
  type ErrorPlace,
  type ForeignKey,
  type Position,
  position,
  type RecordBatch,
  type Relation,
  type Row,
  type Slice,
} from '../../model/index.ts';
import type { BulkLoad, ReadOptions, Snapshot } from '../port.ts';
import { type ReferenceCount, referencesQuery } from '../references-query.ts';
import type { MysqlAddress } from './address.ts';
import { exportSlice } from './export-slice.ts';
import { MysqlExports, type SnapshotDoor } from './exports.ts';
import { mysqlFault } from './faults.ts';
import { readKeys, readNumberedSlice, readSlice, type Stream } from './read.ts';
import { fromRelation } from './relation-sql.ts';
import { RowFlow } from './row-flow.ts';
import { lastNumbers } from './sequences.ts';
import { beginSnapshot, type Session, type Sessions } from './sessions.ts';
import { countOfSlices, splitRelation } from './split.ts';
import { quoteName } from './sql.ts';
import type { RawRow } from './wire-row.ts';

/**
 * One view of the database for everything read through it: one session that holds a consistent snapshot open. The server can
 * hand a snapshot to no other session, and to open several at the same moment everybody else would have to be locked out; so
 * reads take turns on this one, query by query. Only slices in bulk come through others, where it is proven that these see
 * the same (`exports.ts`).
 *
 * Whoever wants to alter or drop a table that was read waits until the snapshot ends: going back to a savepoint does not let
 * go of the table while the server keeps a binary log (seen on MariaDB 10.11).
 */
export async function openSnapshot(
  sessions: Sessions,
  { system, address, signal }: SnapshotOf,
): Promise<Snapshot> {
  const session = await sessions.take();
  try {
    await beginSnapshot(session);
    return new MysqlSnapshot(sessions, { system, address, signal }, session, await positionOf(session));
  } catch (error) {
    await sessions.discard(session);
    throw sessions.fault(error, { system });
  }
}

interface SnapshotOf {
  readonly system: string;
  readonly address: MysqlAddress;
  readonly signal: AbortSignal;
}

/**
 * Where the snapshot stands in the binary log, as far as the server says. Where it keeps none, how many records were changed
 * since it runs.
 */
async function positionOf(session: Session): Promise<Position> {
  const log = await session.rows(`SHOW STATUS LIKE 'binlog_snapshot_%'`);
  const gtid = await session.rows(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('gtid_executed', 'gtid_binlog_pos')`,
  );
  const told = [...log, ...gtid].filter(([, value]) => (value ?? '') !== '');
  const changes =
    told.length > 0
      ? []
      : await session.rows(
          `SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted')`,
        );
  return position(JSON.stringify(Object.fromEntries([...told, ...changes])));
}

class MysqlSnapshot implements Snapshot {
  readonly consistent = true;
  readonly position: Position;
  readonly exports: MysqlExports;
  readonly #sessions: Sessions;
  readonly #system: string;
  #session: Session | null;
  #last: Promise<unknown> = Promise.resolve();
  /** The result that is open between batches, and how many have asked for the connection so far. */
  #flow: RowFlow | null = null;
  #turns = 0;

  constructor(sessions: Sessions, { system, address, signal }: SnapshotOf, session: Session, at: Position) {
    this.#sessions = sessions;
    this.#system = system;
    this.#session = session;
    this.position = at;
    this.exports = new MysqlExports(system, address, this.#door(), signal);
  }

  async count(relation: Relation): Promise<string> {
    const plain = { ...relation, identity: [] };
    const [row] = await this.#ask(relation, `SELECT count(*) FROM ${fromRelation(plain)}`);
    return String(row?.[0]);
  }

  async countReferences(child: Relation, foreignKey: ForeignKey, parent: Relation): Promise<ReferenceCount> {
    const sides = {
      child: `${quoteName(child.name)} AS t`,
      parent: `${quoteName(parent.name)} AS p`,
      quote: quoteName,
    };
    const [row] = await this.#ask(child, referencesQuery(foreignKey, sides));
    return { rows: String(row?.[0]), unresolved: String(row?.[1]) };
  }

  async lastNumbers(relation: Relation): Promise<ReadonlyMap<string, string>> {
    return this.#inTurn(relation, async (session) => lastNumbers(session, relation));
  }

  /** The log is one for the whole server: it tells that nothing was written, not what. */
  async changedSince(_relation: Relation, earlier: Position): Promise<string | null> {
    return earlier === this.position ? '0' : null;
  }

  split(relation: Relation, rowsPerSlice: number): AsyncIterable<Slice> {
    return splitRelation(async (sql) => this.#ask(relation, sql), relation, rowsPerSlice);
  }

  async countOf(relation: Relation, slices: readonly Slice[]): Promise<string> {
    if (relation.identity.includes('#row')) return this.count(relation);
    return countOfSlices(async (sql) => this.#ask(relation, sql), relation, slices);
  }

  read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncIterable<RecordBatch> {
    if (relation.identity.includes('#row'))
      return readNumberedSlice((sql) => this.#rows(relation, sql), relation, slice, options);
    return readSlice(this.#stream(relation), relation, slice, options);
  }

  fetch(relation: Relation, fields: readonly string[], keys: readonly Row[]): AsyncIterable<RecordBatch> {
    return readKeys(this.#stream(relation), relation, fields, keys);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await this.exports[Symbol.asyncDispose]();
    if (session !== null) await this.#sessions.discard(session);
  }

  #door(): SnapshotDoor {
    return {
      connection: async () => this.#turn(async (session) => connectionOf(session)),
      export: (relation, slice, load) => this.#export(relation, slice, load),
      fault: (error, relation) => this.#sessions.fault(error, { system: this.#system, relation }),
    };
  }

  async #ask(relation: Relation, sql: string): Promise<readonly RawRow[]> {
    return this.#inTurn(relation, async (session) => session.rawRows(sql));
  }

  #stream(relation: Relation): Stream {
    return async (sql, take) =>
      this.#inTurn(relation, async (session) => {
        let taking = true;
        await session.each(sql, (row) => {
          taking &&= take(row);
        });
      });
  }

  /** Whoever asks for the connection meanwhile gets it; see `RowFlow`. */
  async *#rows(relation: Relation, sql: string): AsyncGenerator<readonly RawRow[], boolean> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#askTurn();
    const mine = this.#turns;
    this.#last = promise;
    await before;
    try {
      const flow = new RowFlow(this.#open(), sql, () => {
        this.#flow = null;
        resolve();
      });
      this.#flow = flow;
      if (this.#turns > mine) flow.giveWay();
      return yield* flow.rows();
    } catch (error) {
      throw this.#sessions.fault(error, { system: this.#system, relation: relation.name });
    } finally {
      resolve();
    }
  }

  #askTurn(): void {
    this.#turns += 1;
    this.#flow?.giveWay();
  }

  async *#export(relation: Relation, slice: Slice, load: BulkLoad): AsyncGenerator<Uint8Array> {
    this.#askTurn();
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      yield* exportSlice(this.#open(), relation, slice, load);
    } catch (error) {
      throw this.#sessions.fault(error, { system: this.#system, relation: relation.name });
    } finally {
      resolve();
    }
  }

  #open(): Session {
    if (this.#session === null || this.#session.lost) throw mysqlFault('mysql.snapshot-lost', this.#system);
    return this.#session;
  }

  async #inTurn<Result>(relation: Relation, work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#turn(work, { relation: relation.name });
  }

  async #turn<Result>(work: (session: Session) => Promise<Result>, place: ErrorPlace = {}): Promise<Result> {
    this.#askTurn();
    const mine = this.#last.then(async () => {
      try {
        return await work(this.#open());
      } catch (error) {
        throw this.#sessions.fault(error, { system: this.#system, ...place });
      }
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** As the server numbers it. */
async function connectionOf(session: Session): Promise<string> {
  const [row] = await session.rows('SELECT connection_id()');
  return String(row?.[0]);
}
