import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import type { BadRecord, RecordBatch, Row, Value } from '../../model/index.ts';
import type { ReadOptions } from '../port.ts';
import { type Decode, decodersFor } from './decode-values.ts';
import {
  exactColumns,
  exactValues,
  mayBeInexact,
  type TextEncodingName,
  textEncoding,
} from './exact-record.ts';
import type { Condition } from './range-condition.ts';
import { badRecord, findFault } from './record-faults.ts';
import type { RelationLayout } from './relation-layout.ts';

/**
 * Streams the records of some conditions in batches. Invariants: 1. every record is in `rows` or in `bad`. 2. memory holds
 * one batch. 3. a text that the driver could not decode is looked at again as bytes before anybody believes it.
 */
export class RecordReader {
  readonly #file: SqliteFile;
  readonly #layout: RelationLayout;
  readonly #decoders: readonly Decode[];
  readonly #encoding: TextEncodingName;

  constructor(file: SqliteFile, layout: RelationLayout) {
    this.#file = file;
    this.#layout = layout;
    this.#decoders = decodersFor(layout.relation);
    this.#encoding = textEncoding(file);
  }

  *read(conditions: readonly Condition[], order: string, options: ReadOptions = {}): Generator<RecordBatch> {
    const { batchRowsMax = 1_000, batchBytesMax = 8 * 1024 * 1024 } = options;
    let batch = new GrowingBatch(this.#layout);
    for (const condition of conditions) {
      let place = 0;
      for (const stored of this.#rows(condition, order)) {
        this.#add(batch, stored, () => this.#exactRow(stored, condition, order, place));
        place += 1;
        if (batch.records < batchRowsMax && batch.bytes < batchBytesMax) continue;
        yield batch.content();
        batch = new GrowingBatch(this.#layout);
      }
    }
    if (batch.records > 0) yield batch.content();
  }

  #rows(condition: Condition, order: string): IterableIterator<SqliteValue[]> {
    const { from, expressions, rowId } = this.#layout;
    const columns = rowId === null ? expressions : [...expressions, rowId];
    const sql = `SELECT ${columns.join(', ')} FROM ${from} ${condition.sql} ${order}`;
    return this.#file.statement(sql).iterate(...condition.values);
  }

  #add(batch: GrowingBatch, stored: SqliteValue[], exact: () => SqliteValue[]): void {
    const row = mayBeInexact(stored) ? null : this.#decoded(stored);
    if (row !== null) {
      batch.add(row);
      return;
    }
    const values = exactValues(exact(), this.#encoding);
    const fault = findFault(this.#layout, this.#decoders, values);
    if (fault === null) batch.add(this.#decoded(stored) ?? []);
    else batch.addBad(badRecord(this.#layout, this.#decoders, values, stored, fault));
  }

  /** Null as soon as one value does not fit its type, or a key is absent. */
  #decoded(stored: readonly SqliteValue[]): Value[] | null {
    const decoders = this.#decoders;
    const row: Value[] = [];
    for (let at = 0; at < decoders.length; at += 1) {
      const value = (decoders[at] as Decode)(stored[at] as SqliteValue);
      if (value === undefined) return null;
      row.push(value);
    }
    if (!this.#layout.identityNullable) return row;
    return this.#layout.identityPlaces.every((at) => row[at] !== null) ? row : null;
  }

  /** The same record with its texts as bytes: by its row number, or by its place where it has none. */
  #exactRow(
    stored: readonly SqliteValue[],
    condition: Condition,
    order: string,
    place: number,
  ): SqliteValue[] {
    const { from, expressions, rowId } = this.#layout;
    const columns = exactColumns(expressions);
    const found =
      rowId === null
        ? this.#file
            .statement(`SELECT ${columns} FROM ${from} ${condition.sql} ${order} LIMIT 1 OFFSET ?`)
            .first(...condition.values, BigInt(place))
        : this.#file
            .statement(`SELECT ${columns} FROM ${from} WHERE ${rowId} = ?`)
            .first(stored.at(-1) ?? null);
    if (found === undefined) throw new RangeError(`a record of ${from} is gone within one snapshot`);
    return found;
  }
}

class GrowingBatch {
  readonly #layout: RelationLayout;
  readonly #rows: Row[] = [];
  readonly #bad: BadRecord[] = [];
  records = 0;
  bytes = 0;

  constructor(layout: RelationLayout) {
    this.#layout = layout;
  }

  add(row: Row): void {
    this.#rows.push(row);
    this.records += 1;
    for (const value of row)
      this.bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
  }

  addBad(record: BadRecord): void {
    this.#bad.push(record);
    this.records += 1;
    this.bytes += record.original.length;
  }

  content(): RecordBatch {
    const { name, fields } = this.#layout.relation;
    return { relation: name, fields: fields.map((field) => field.name), rows: this.#rows, bad: this.#bad };
  }
}
