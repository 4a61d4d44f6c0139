import {
  type BadRecord,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Value,
} from '../../model/index.ts';
import type { KeyField } from './key-sql.ts';
import { type ReadField, readField } from './read-values.ts';
import { keyValues } from './split.ts';
import { UnfitValue } from './unfit-value.ts';
import type { RawRow } from './wire-row.ts';

/** Turns rows of the wire into records and keeps them, in their order, until they are handed on in batches. */
export class RecordReader {
  readonly #relation: Relation;
  readonly #keys: readonly KeyField[];
  readonly #fields: readonly ReadField[];
  /** Where each field's values begin in a row of the wire. */
  readonly #places: readonly number[];
  readonly #keysFrom: number;
  #records: { readonly row: Row | null; readonly bad: BadRecord | null; readonly bytes: number }[] = [];
  /** The SELECT list: the fields, then the keys as they are stored. */
  readonly columns: string;
  bytes = 0;

  constructor(relation: Relation, keys: readonly KeyField[]) {
    this.#relation = relation;
    this.#keys = keys;
    this.#fields = relation.fields.map((field) => readField(field));
    let place = 0;
    this.#places = this.#fields.map(({ sql }) => {
      place += sql.length;
      return place - sql.length;
    });
    this.#keysFrom = place;
    this.columns = [...this.#fields.flatMap(({ sql }) => sql), ...keys.map(({ rawSql }) => rawSql)].join(
      ', ',
    );
  }

  /** Answers with the record's key as it is stored. */
  add(wire: RawRow): RawRow {
    const bytes = wire.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    this.bytes += bytes;
    this.#records.push({ ...this.#read(wire), bytes });
    return wire.slice(this.#keysFrom);
  }

  *batches(rowsMax: number, bytesMax: number): Generator<RecordBatch> {
    let [rows, bad, bytes] = [[] as Row[], [] as BadRecord[], 0];
    const fields = this.#fields.map(({ name }) => name);
    const relation = this.#relation.name;
    for (const record of this.#records) {
      if (record.row !== null) rows.push(record.row);
      if (record.bad !== null) bad.push(record.bad);
      bytes += record.bytes;
      if (rows.length + bad.length < rowsMax && bytes < bytesMax) continue;
      yield { relation, fields, rows, bad };
      [rows, bad, bytes] = [[], [], 0];
    }
    if (rows.length + bad.length > 0) yield { relation, fields, rows, bad };
    this.#records = [];
    this.bytes = 0;
  }

  #read(wire: RawRow): { readonly row: Row | null; readonly bad: BadRecord | null } {
    const row: Value[] = [];
    for (const [at, field] of this.#fields.entries()) {
      const place = this.#places[at] ?? 0;
      const bytes = wire[place] ?? null;
      try {
        if (field.sql.length === 2) expectReversible(wire[place + 1] ?? null);
        row.push(bytes === null ? null : field.decode(bytes));
      } catch (error) {
        if (!(error instanceof UnfitValue)) throw error;
        return { row: null, bad: this.#badRecord(wire, field.name, error) };
      }
    }
    return { row, bad: null };
  }

  #badRecord(wire: RawRow, field: string, { code, message }: UnfitValue): BadRecord {
    const key = keyValues(this.#keys, this.#keyColumns(wire));
    const place = key === null ? 'a record whose key cannot be read' : `key ${recordKey(key)}`;
    const original = Buffer.from(JSON.stringify(this.#original(wire)));
    return { key, where: `${this.#relation.name} ${place}`, original, code, message, field };
  }

  #keyColumns(wire: RawRow): RawRow {
    return this.#keys.map(({ field }) => {
      const at = this.#fields.findIndex(({ name }) => name === field.name);
      return wire[this.#places[at] ?? 0] ?? null;
    });
  }

  /** Field by field what the server sent: text where it is one, else its bytes in hexadecimal digits. */
  #original(wire: RawRow): unknown {
    return Object.fromEntries(
      this.#fields.map(({ name }, at) => {
        const bytes = wire[this.#places[at] ?? 0] ?? null;
        if (bytes === null) return [name, null];
        const text = bytes.toString('utf8');
        return [name, Buffer.from(text).equals(bytes) ? text : { x: bytes.toString('hex') }];
      }),
    );
  }
}

function expectReversible(said: Buffer | null): void {
  if (said?.toString() === '1') return;
  throw new UnfitValue('mysql.lossy-text', 'the text has bytes that its character set gives no character to');
}
