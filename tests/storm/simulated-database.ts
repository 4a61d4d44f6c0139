import type { BulkFormat } from '../../src/connectors/index.ts';
import {
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type SliceCounts,
} from '../../src/model/index.ts';
import { OpenTable, placeOf, type StoredTable } from './stored-records.ts';

/** A slice by its name: run, step, number. */
export interface SliceName {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

export interface Checkpoint extends SliceName {
  readonly counts: SliceCounts;
  readonly appliedAt: string;
}

/** What a record was before a slice, and what the slice left. */
export interface UndoEntry {
  readonly place: number;
  /** Null for a record that was added. */
  readonly before: Row | null;
  readonly after: Row;
}

export interface CapturedId extends SliceName {
  readonly targetKey: Row;
}

/** What one commit changed, for whoever checks it. */
export interface Commit {
  readonly kind: 'slice' | 'undo' | 'others';
  /** The slice it is about; null where somebody else wrote. */
  readonly slice: SliceName | null;
  readonly before: ReadonlyMap<string, StoredTable>;
  readonly after: ReadonlyMap<string, StoredTable>;
}

export type Tables = ReadonlyMap<string, StoredTable>;

/**
 * A database in memory: tables with their rules, a history of versions, one writer at a time, and godwit's bookkeeping.
 *
 * Invariants: 1. what is committed is replaced, never changed: who holds the tables of a moment sees that moment. 2. records,
 * checkpoint, new ids and undo information change together. 3. whoever watches hears of every commit.
 */
export class SimulatedDatabase {
  readonly name: string;
  /** By name, sorted. */
  tables: Tables;
  version = 1;
  /** How many records it takes; more is a full disk. */
  recordsMax: number = Number.POSITIVE_INFINITY;
  /** Whether somebody frees it by and by, or has to be asked to. */
  fullIs: 'later' | 'pause' = 'later';
  /** In which formats it gives and takes records in bulk. */
  bulk: readonly BulkFormat[] = [];
  /** Whether a slice in bulk may come part by part. */
  bulkPieces = false;
  writer: Transaction | null = null;
  readonly prepared: Set<string> = new Set();
  readonly checkpoints: Map<string, Checkpoint> = new Map();
  readonly undo: Map<string, readonly UndoEntry[]> = new Map();
  readonly ids: Map<string, CapturedId> = new Map();
  readonly #watchers: ((commit: Commit) => void)[] = [];

  constructor(name: string, relations: readonly Relation[]) {
    this.name = name;
    this.tables = new Map();
    this.create(relations);
  }

  create(relations: readonly Relation[]): void {
    const added = relations.map((relation) => [relation.name, emptyTable(relation)] as const);
    this.tables = new Map([...this.tables, ...added].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Takes these away, unless one holds records: answers with those that do. */
  drop(names: readonly string[]): readonly string[] {
    const full = names.filter((name) => (this.tables.get(name)?.records.size ?? 0) > 0);
    if (full.length === 0) this.tables = new Map([...this.tables].filter(([name]) => !names.includes(name)));
    return full;
  }

  watch(told: (commit: Commit) => void): void {
    this.#watchers.push(told);
  }

  /** The one transaction that writes from now on, until `writer` is given back. */
  begin(): Transaction {
    this.writer = new Transaction(this);
    return this.writer;
  }

  /** Somebody else at work in it, all at once. */
  others(work: (transaction: Transaction) => void): void {
    const transaction = new Transaction(this);
    work(transaction);
    this.commit(transaction, 'others', null, () => undefined);
  }

  commit(
    transaction: Transaction,
    kind: Commit['kind'],
    slice: SliceName | null,
    keepBooks: () => void,
  ): void {
    const before = this.tables;
    this.version = Math.max(this.version + 1, transaction.version);
    this.tables = new Map([...before, ...transaction.changed()]);
    keepBooks();
    for (const told of this.#watchers) told({ kind, slice, before, after: this.tables });
  }
}

export function sliceKey({ run, step, slice }: SliceName): string {
  return `${run}\0${step}\0${slice}`;
}

export function idKey(run: string, object: string, source: RecordKey): string {
  return `${run}\0${object}\0${source}`;
}

function emptyTable(relation: Relation): StoredTable {
  return { relation, records: new Map(), nextPlace: 1, nextNumber: 1n };
}

/** Work on a database that is not seen by others until it is committed. */
export class Transaction {
  readonly version: number;
  readonly #database: SimulatedDatabase;
  readonly #open = new Map<string, OpenTable>();

  constructor(database: SimulatedDatabase) {
    this.#database = database;
    this.version = database.version + 1;
  }

  readonly table = (name: string): OpenTable | null => {
    const open = this.#open.get(name);
    if (open) return open;
    const stored = this.#database.tables.get(name);
    if (!stored) return null;
    const opened = new OpenTable(stored);
    this.#open.set(name, opened);
    return opened;
  };

  names(): readonly string[] {
    return [...this.#database.tables.keys()];
  }

  /** The table, which has to be there. */
  open(name: string): OpenTable {
    const table = this.table(name);
    if (!table) throw new RangeError(`no relation ${name}`);
    return table;
  }

  /** Adds a record with these values in these fields and null in all others, past every rule; answers with its place. */
  add(relation: string, fields: readonly string[], values: Row, damage: Uint8Array | null = null): number {
    const table = this.open(relation);
    const place = table.nextPlace;
    table.nextPlace += 1;
    const given = new Map(fields.map((field, at) => [placeOf(table.relation, field), values[at] ?? null]));
    const whole = table.relation.fields.map(({ synthetic }, at) =>
      synthetic ? String(place) : (given.get(at) ?? null),
    );
    table.put(place, { values: whole, version: this.version, damage });
    return place;
  }

  /** Sets fields of the records with these values. */
  set(relation: string, where: readonly [string, Row[number]], field: string, value: Row[number]): void {
    const table = this.open(relation);
    const at = placeOf(table.relation, field);
    for (const place of new Set(table.find([where[0]], [where[1]]))) {
      const known = table.records.get(place);
      if (!known) continue;
      const values = known.values.map((old, here) => (here === at ? value : old));
      table.put(place, { ...known, values, version: this.version });
    }
  }

  remove(relation: string, where: readonly [string, Row[number]]): void {
    const table = this.open(relation);
    for (const place of new Set(table.find([where[0]], [where[1]]))) table.remove(place);
  }

  changed(): Map<string, StoredTable> {
    return new Map([...this.#open].map(([name, table]) => [name, table.stored()]));
  }

  /** How many records there would be. */
  records(): number {
    let sum = 0;
    for (const [name, { records }] of this.#database.tables)
      sum += (this.#open.get(name)?.records ?? records).size;
    return sum;
  }
}

/** The records of a table as texts, for comparison: whatever their places are. */
export function contentOf(table: StoredTable): readonly string[] {
  return Array.from(table.records.values(), ({ values }) => recordKey(values)).sort();
}
