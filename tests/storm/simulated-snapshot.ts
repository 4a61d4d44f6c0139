import type { Exports, ReadOptions, Snapshot } from '../../src/connectors/index.ts';
import {
  type BadRecord,
  type Position,
  position,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
  type Value,
} from '../../src/model/index.ts';
import { exportsOf } from './simulated-bulk.ts';
import type { Tables } from './simulated-database.ts';
import { type StoredRecord, valuesOf } from './stored-records.ts';
import type { Wire } from './wire.ts';

/** What a made-up database held at one moment. */
export class SimulatedSnapshot implements Snapshot {
  readonly consistent = true;
  readonly position: Position;
  readonly exports?: Exports;
  readonly #wire: Wire;
  readonly #tables: Tables;
  readonly #sorted = new Map<string, readonly StoredRecord[]>();

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#tables = wire.database.tables;
    this.position = position(String(wire.database.version));
    const { bulk } = wire.database;
    if (bulk.length > 0)
      this.exports = exportsOf(wire, bulk, (relation, slice) => this.#within(relation, slice));
  }

  async count({ name }: Relation): Promise<string> {
    return this.#wire.call('count', () => String(this.#records(name).length));
  }

  async changedSince({ name }: Relation, earlier: Position): Promise<string | null> {
    return this.#wire.call('changedSince', () =>
      String(this.#records(name).filter(({ version }) => version > Number(earlier)).length),
    );
  }

  async *split(relation: Relation, rowsPerSlice: number): AsyncGenerator<Slice> {
    const keys = await this.#wire.call('split', () =>
      this.#records(relation.name).map(({ values }) => valuesOf(relation, relation.identity, values)),
    );
    let after: Row | null = null;
    let number = 0;
    for (let at = rowsPerSlice; at < keys.length; at += rowsPerSlice) {
      const upTo: Row | null = keys[at - 1] ?? null;
      yield { number, after, upTo, rowsEstimate: rowsPerSlice };
      after = upTo;
      number += 1;
    }
    yield { number, after, upTo: null, rowsEstimate: keys.length - number * rowsPerSlice };
  }

  async *read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncGenerator<RecordBatch> {
    const { batchRowsMax = 1_000, batchBytesMax = 8 * 1024 * 1024 } = options;
    const within = this.#within(relation, slice);
    for (let at = 0; at < within.length; ) {
      const batch = await this.#wire.call('read', () => filled(within, at, batchRowsMax, batchBytesMax));
      at += batch.length;
      yield batchOf(relation, batch);
    }
  }

  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    if (keys.length > 1_000) throw new RangeError('at most 1,000 keys a call');
    const found = await this.#wire.call('fetch', () => {
      const wanted = new Set(keys.map(recordKey));
      return this.#records(relation.name).filter(({ values }) =>
        wanted.has(recordKey(valuesOf(relation, fields, values))),
      );
    });
    if (found.length > 0) yield batchOf(relation, found);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sorted.clear();
  }

  #within(relation: Relation, slice: Slice): readonly StoredRecord[] {
    return this.#records(relation.name).filter(({ values }) => isWithin(relation, slice, values));
  }

  /** In the order of the identity. */
  #records(name: string): readonly StoredRecord[] {
    const known = this.#sorted.get(name);
    if (known) return known;
    const table = this.#tables.get(name);
    if (!table) throw new RangeError(`no relation ${name}`);
    const { relation } = table;
    const keyed = Array.from(table.records.values(), (record) => ({
      record,
      key: valuesOf(relation, relation.identity, record.values),
    }));
    keyed.sort((a, b) => compareKeys(relation, a.key, b.key));
    const sorted = keyed.map(({ record }) => record);
    this.#sorted.set(name, sorted);
    return sorted;
  }
}

function filled(
  records: readonly StoredRecord[],
  from: number,
  rowsMax: number,
  bytesMax: number,
): readonly StoredRecord[] {
  let [to, bytes] = [from, 0];
  while (to < records.length && to - from < rowsMax && (to === from || bytes < bytesMax)) {
    for (const value of records[to]?.values ?? []) bytes += bytesIn(value);
    to += 1;
  }
  return records.slice(from, to);
}

function bytesIn(value: Value): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 1;
}

function batchOf(relation: Relation, records: readonly StoredRecord[]): RecordBatch {
  const rows: Row[] = [];
  const bad: BadRecord[] = [];
  for (const { values, damage } of records)
    if (damage === null) rows.push(values);
    else bad.push(badRecord(relation, values, damage));
  return { relation: relation.name, fields: relation.fields.map(({ name }) => name), rows, bad };
}

function badRecord(relation: Relation, values: Row, original: Uint8Array): BadRecord {
  const key = valuesOf(relation, relation.identity, values);
  const where = `${relation.name} ${recordKey(key)}`;
  return { key, where, original, code: 'storm.unreadable', message: 'it is no record', field: null };
}

function isWithin(relation: Relation, { after, upTo }: Slice, values: Row): boolean {
  const key = valuesOf(relation, relation.identity, values);
  return (
    (after === null || compareKeys(relation, after, key) < 0) &&
    (upTo === null || compareKeys(relation, key, upTo) <= 0)
  );
}

function compareKeys(relation: Relation, a: Row, b: Row): number {
  for (const [at, name] of relation.identity.entries()) {
    const field = relation.fields.find((one) => one.name === name);
    const numbers = field?.type.kind === 'integer' || field?.synthetic;
    const order = compareValues(a[at] ?? null, b[at] ?? null, numbers === true);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: Value, b: Value, numbers: boolean): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (numbers) return Number(BigInt(String(a)) > BigInt(String(b))) * 2 - 1;
  return String(a) < String(b) ? -1 : 1;
}
