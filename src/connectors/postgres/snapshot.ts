import {
  type ForeignKey,
  type Position,
  position,
  type RecordBatch,
  type Relation,
  type Row,
  type Slice,
  type SqlDialect,
} from '../../model/index.ts';
import type { BulkLoad, Exports, ReadOptions, Snapshot } from '../port.ts';
import type { ReferenceCount } from '../references-query.ts';
import { countReferencesQuery } from './count-references.ts';
import { countPurged, exportSlice } from './export-slice.ts';
import { isDataException, postgresFault } from './faults.ts';
import { holdRelation } from './hold-relation.ts';
import { type KeyOrder, readKeyOrder } from './key-order.ts';
import { readKeys, readSlice } from './read.ts';
import { lastNumbers } from './sequences.ts';
import type { Session, Sessions } from './sessions.ts';
import { countOfSlices, cutSlice, splitRelation } from './split.ts';
import { fromRelation, quoteText } from './sql.ts';

const repeatable = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * One view of the database for any number of reads at once: a session holds a snapshot open and exports it, every read
 * imports it into a session of its own.
 */
export async function openSnapshot(
  sessions: Sessions,
  schema: string,
  system: string,
  view?: string,
): Promise<Snapshot> {
  const holder = await sessions.take();
  try {
    if (view === undefined) await holder.begin(repeatable);
    else await importView(holder, view, system);
    const [exported] = await holder.rows(exportQuery);
    const [id, at] = [String(exported?.[0]), position(String(exported?.[1]))];
    return new PostgresSnapshot(sessions, schema, system, holder, id, at);
  } catch (error) {
    await sessions.discard(holder);
    throw sessions.fault(error, { system });
  }
}

/** Who reads through the view of another process goes on with it by itself when that one is gone. */
async function importView(holder: Session, view: string, system: string): Promise<void> {
  try {
    await holder.begin(imported(view));
  } catch (error) {
    if (holder.lost) throw error;
    throw postgresFault('postgres.snapshot-lost', 'the process that shared it is gone', { system }, error);
  }
}

function imported(view: string): string {
  return `${repeatable}; SET TRANSACTION SNAPSHOT ${quoteText(view)}`;
}

// The write position first: whoever follows the log from there misses nothing that the snapshot does not show.
const exportQuery = `
  SELECT pg_catalog.pg_export_snapshot(), json_build_object('lsn',
    CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END,
    'snapshot', pg_catalog.pg_current_snapshot())`;

function snapshotIn(at: Position): string {
  return (JSON.parse(at) as { readonly snapshot: string }).snapshot;
}

class PostgresSnapshot implements Snapshot {
  readonly consistent = true;
  readonly readsBeside = true;
  readonly position: Position;
  readonly exports: Exports = {
    formats: ['postgres-binary', 'postgres-text', 'mysql-text'],
    export: (relation, slice, load) => this.#export(relation, slice, load),
    order: async (relation) => this.#order(relation),
    dialect: async () => this.#dialect(),
    cut: (relation, slice, rowsPerPart) => this.#cut(relation, slice, rowsPerPart),
    countPurged: async (relation, slice, load) => this.#countPurged(relation, slice, load),
  };
  readonly #sessions: Sessions;
  readonly #schema: string;
  readonly #system: string;
  readonly view: string;
  readonly #orders = new Map<string, KeyOrder>();
  readonly #held = new Map<string, Promise<void>>();
  #holder: Session | null;
  #lastHeld: Promise<void> = Promise.resolve();

  constructor(sessions: Sessions, schema: string, system: string, holder: Session, id: string, at: Position) {
    this.#sessions = sessions;
    this.#schema = schema;
    this.#system = system;
    this.#holder = holder;
    this.view = id;
    this.position = at;
  }

  async lastNumbers(relation: Relation): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.#sessions.lend(async (session) => lastNumbers(session, this.#schema, relation));
    } catch (error) {
      throw this.#sessions.fault(error, { system: this.#system, relation: relation.name });
    }
  }

  async count(relation: Relation): Promise<string> {
    const plain = { ...relation, identity: relation.identity.filter((name) => name !== '#row') };
    const query = `SELECT count(*) FROM ${fromRelation(this.#schema, plain)}`;
    try {
      const session = await this.#enter(relation);
      const [row] = await this.#leaveAfter(session, session.rows(query));
      return String(row?.[0]);
    } catch (error) {
      throw this.#fault(error, relation);
    }
  }

  async countReferences(child: Relation, foreignKey: ForeignKey, parent: Relation): Promise<ReferenceCount> {
    try {
      await this.#hold(this.#heldOpen(), parent);
      const session = await this.#enter(child);
      const query = countReferencesQuery(this.#schema, child, foreignKey, parent);
      const [row] = await this.#leaveAfter(session, session.rows(query));
      return { rows: String(row?.[0]), unresolved: String(row?.[1]) };
    } catch (error) {
      throw this.#fault(error, child);
    }
  }

  /** Who changes anything, even a structure, has a transaction number, and from its end on it is seen in every snapshot. */
  showsSame(earlier: Position): boolean {
    return snapshotIn(this.position) === snapshotIn(earlier);
  }

  /** From the transaction that wrote each record: those the earlier snapshot did not see. A view's records have none. */
  async changedSince(relation: Relation, earlier: Position): Promise<string | null> {
    if (relation.kind === 'view') return null;
    const query = `SELECT count(*) FROM ${fromRelation(this.#schema, { ...relation, identity: [] })}
      CROSS JOIN (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS last) AS now
      WHERE NOT pg_visible_in_snapshot((now.last - ((now.last - t.xmin::text::bigint) & 4294967295))::text::xid8,
        ${quoteText(snapshotIn(earlier))}::pg_snapshot)`;
    try {
      const session = await this.#enter(relation);
      const [row] = await this.#leaveAfter(session, session.rows(query));
      return String(row?.[0]);
    } catch (error) {
      throw this.#fault(error, relation);
    }
  }

  split(relation: Relation, rowsPerSlice: number): AsyncIterable<Slice> {
    return this.#faulted(
      relation,
      this.#inOrder(relation, (session, order) =>
        splitRelation(session, this.#schema, relation, order, rowsPerSlice),
      ),
    );
  }

  async countOf(relation: Relation, slices: readonly Slice[]): Promise<string> {
    return this.#oneInOrder(relation, async (session, order) =>
      countOfSlices(session, this.#schema, relation, order, slices),
    );
  }

  read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncIterable<RecordBatch> {
    return this.#faulted(
      relation,
      this.#inOrder(relation, (session, order) =>
        readSlice(session, this.#schema, relation, order, slice, options),
      ),
    );
  }

  #export(relation: Relation, slice: Slice, load: BulkLoad): AsyncIterable<Uint8Array> {
    return this.#faulted(
      relation,
      this.#inOrder(relation, (session, order) =>
        exportSlice(session, this.#schema, relation, order, slice, load),
      ),
    );
  }

  fetch(relation: Relation, fields: readonly string[], keys: readonly Row[]): AsyncIterable<RecordBatch> {
    return this.#faulted(relation, this.#fetch(relation, fields, keys));
  }

  async *#fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    const find = (byText: boolean): AsyncIterable<RecordBatch> =>
      this.#stream(relation, (session) => readKeys(session, this.#schema, relation, fields, keys, byText));
    try {
      yield* find(false);
    } catch (error) {
      // A key the field's type cannot even hold (a large number for a small field): only the text can be compared.
      if (!isDataException(error)) throw error;
      yield* find(true);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const holder = this.#holder;
    this.#holder = null;
    if (holder !== null) await this.#sessions.discard(holder);
  }

  async #enter(relation: Relation): Promise<Session> {
    await this.#hold(this.#heldOpen(), relation);
    const session = await this.#sessions.take();
    try {
      await session.begin(imported(this.view));
      return session;
    } catch (error) {
      await this.#sessions.discard(session);
      throw error;
    }
  }

  #heldOpen(): Session {
    if (this.#holder === null || this.#holder.lost)
      throw postgresFault('postgres.snapshot-lost', this.#system);
    return this.#holder;
  }

  /** Once for each relation, before it is read for the first time. */
  async #hold(holder: Session, relation: Relation): Promise<void> {
    const hold = async (): Promise<void> => holdRelation(holder, this.#sessions, this.#schema, relation);
    let held = this.#held.get(relation.name);
    if (held === undefined) {
      // One after the other: a failure in between must not end the transaction that holds the snapshot.
      held = this.#lastHeld.then(hold, hold);
      this.#lastHeld = held;
      this.#held.set(relation.name, held);
    }
    await held;
  }

  async #leaveAfter<Result>(session: Session, work: Promise<Result>): Promise<Result> {
    try {
      const result = await work;
      await session.run('COMMIT');
      await this.#sessions.give(session);
      return result;
    } catch (error) {
      await this.#sessions.discard(session);
      throw error;
    }
  }

  /** Where a character is not one of Unicode, texts mean something else. */
  async #dialect(): Promise<SqlDialect | null> {
    const [row] = await this.#sessions.lend(async (session) => session.rows(`SHOW server_encoding`));
    return row?.[0] === 'UTF8' ? { system: 'postgres' } : null;
  }

  #cut(relation: Relation, slice: Slice, rowsPerPart: number): AsyncIterable<Slice> {
    return this.#faulted(
      relation,
      this.#inOrder(relation, (session, order) =>
        cutSlice(session, this.#schema, relation, order, slice, rowsPerPart),
      ),
    );
  }

  async #countPurged(relation: Relation, slice: Slice, load: BulkLoad): Promise<readonly number[]> {
    return this.#oneInOrder(relation, async (session, order) =>
      countPurged(session, this.#schema, relation, order, slice, load),
    );
  }

  async #order(relation: Relation): Promise<string> {
    return this.#oneInOrder(relation, async (_session, order) => order.name);
  }

  async #oneInOrder<Result>(
    relation: Relation,
    find: (session: Session, order: KeyOrder) => Promise<Result>,
  ): Promise<Result> {
    const found: Result[] = [];
    const results = this.#inOrder(relation, async function* (session, order) {
      yield await find(session, order);
    });
    for await (const result of this.#faulted(relation, results)) found.push(result);
    return found[0] as Result;
  }

  /** Streams what needs the order of the relation's key; it is looked up once. */
  #inOrder<Item>(
    relation: Relation,
    open: (session: Session, order: KeyOrder) => AsyncIterable<Item>,
  ): AsyncIterable<Item> {
    const orders = this.#orders;
    const schema = this.#schema;
    return this.#stream(relation, async function* (session) {
      const order = orders.get(relation.name) ?? (await readKeyOrder(session, schema, relation));
      orders.set(relation.name, order);
      yield* open(session, order);
    });
  }

  /** Streams from a session of its own; when left early or broken the session is ended, not reused. */
  async *#stream<Item>(
    relation: Relation,
    open: (session: Session) => AsyncIterable<Item>,
  ): AsyncGenerator<Item> {
    const session = await this.#enter(relation);
    let complete = false;
    try {
      yield* open(session);
      await session.run('COMMIT');
      complete = true;
    } finally {
      await (complete ? this.#sessions.give(session) : this.#sessions.discard(session));
    }
  }

  async *#faulted<Item>(relation: Relation, items: AsyncIterable<Item>): AsyncGenerator<Item> {
    try {
      yield* items;
    } catch (error) {
      throw this.#fault(error, relation);
    }
  }

  #fault(error: unknown, relation: Relation): Error {
    return this.#sessions.fault(error, { system: this.#system, relation: relation.name });
  }
}
