import { type Field, type Row, type Value } from '../../model/index.ts';
import type { SliceWrite, WriteRecord } from '../port.ts';
import { type BeforeImage, distinctRuns, type UndoEntry, undoKeyOf } from '../sql-servers/index.ts';
import { mysqlFault } from './faults.ts';
import {
  literalAmongOthers,
  matching,
  soughtLiteral,
  storedLiteral,
  storedSql,
  storedText,
} from './match-records.ts';
import { readField } from './read-values.ts';
import { RecordTrouble } from './refusals.ts';
import { digestSql } from './relation-sql.ts';
import type { Session } from './sessions.ts';
import { quoteName, quoteNames } from './sql.ts';
import { type TargetTable, targetField } from './target-table.ts';
import { UnfitValue } from './unfit-value.ts';
import type { RawRow } from './wire-row.ts';
import { type Write, writerFor } from './write-values.ts';

/** What became of some records, in their order. */
export interface WrittenRecord {
  readonly record: WriteRecord;
  readonly undo: UndoEntry;
  /** Values of the slice's key as they are stored. */
  readonly key: Row;
}

export interface WriteOutcome {
  readonly written: readonly WrittenRecord[];
  /** Records to update that are not there. */
  readonly missing: readonly WriteRecord[];
}

/**
 * Writes records of one slice, each whole or not at all: whoever calls puts a savepoint around it and halves the records when
 * it fails.
 *
 * Invariants: 1. a statement that touches another number of records than it was given throws, whatever a trigger did.
 * 2. values reach the column as they are: what it would keep otherwise was refused before (see `write-values.ts`).
 */
export class RecordWriter {
  readonly #session: Session;
  readonly #table: TargetTable;
  readonly #write: SliceWrite;
  readonly #writers: readonly Write[];
  readonly #undoFields: readonly Field[];
  readonly #keyFields: readonly Field[];
  readonly #restoredFields: readonly Field[];
  /** Types that only the server can read: it may spell a text in another way than it was given. */
  readonly #natives: readonly Field[];
  /** Fields by which undo finds a record again; none where the relation has no key. */
  readonly undoKey: readonly string[];
  readonly columns: readonly string[];
  readonly restored: readonly string[];

  constructor(session: Session, table: TargetTable, write: SliceWrite) {
    this.#session = session;
    this.#table = table;
    this.#write = write;
    this.#writers = write.fields.map((name) => writerFor(targetField(table, name)));
    this.undoKey = undoKeyOf(write);
    this.#undoFields = this.undoKey.map((name) => targetField(table, name));
    this.#keyFields = write.key.map((name) => targetField(table, name));
    this.#restoredFields = table.fields.filter(({ generated }) => generated !== 'computed');
    this.#natives = write.fields
      .map((name) => targetField(table, name))
      .filter(({ type }) => type.kind === 'native');
    this.columns = table.fields.map(({ name }) => name);
    this.restored = this.#restoredFields.map(({ name }) => name);
  }

  async write(records: readonly WriteRecord[]): Promise<WriteOutcome> {
    if (this.#write.mode === 'insert') return { written: await this.#insert(records), missing: [] };
    const found = await this.#find(records);
    const present = records.filter((record) => found.has(record));
    const absent = records.filter((record) => !found.has(record));
    const updated = await this.#update(present, found);
    if (this.#write.mode === 'update') return { written: updated, missing: absent };
    const added = absent.length === 0 ? [] : await this.#insert(absent);
    return { written: [...updated, ...added], missing: [] };
  }

  /** Runs that can be written by one statement: of two records with one key the later must find the first. */
  distinctRuns(records: readonly WriteRecord[]): Iterable<readonly WriteRecord[]> {
    if (this.#write.mode === 'insert') return [records];
    return distinctRuns(records, (record) => JSON.stringify(this.#keyValues(record).map(String)));
  }

  async #insert(records: readonly WriteRecord[]): Promise<WrittenRecord[]> {
    const { family, version } = this.#session.facts;
    const rows = records.map((record) => `(${this.#literals(record).join(', ')})`);
    const into = `INSERT INTO ${this.#table.name} (${quoteNames(this.#write.fields)}) VALUES `;
    const statement = into + rows.join(', ');
    this.#expectPacket(statement);
    if (family === 'MariaDB' && (version[0] > 10 || version[1] >= 5)) {
      const returned = await this.#session.rawRows(`${statement} RETURNING ${this.#selected('')}`);
      expectAll(returned.length, records.length, 'added');
      return records.map((record, at) => this.#written(record, returned[at] ?? [], null));
    }
    return this.#insertAndFind(records, into, rows);
  }

  /** For servers that do not hand back what they added. A number they gave is asked for record by record. */
  async #insertAndFind(
    records: readonly WriteRecord[],
    into: string,
    rows: readonly string[],
  ): Promise<WrittenRecord[]> {
    const keys = this.undoKey.map((name) => this.#write.fields.indexOf(name));
    if (this.undoKey.length > 0 && !keys.includes(-1)) {
      expectAll(await this.#session.each(into + rows.join(', '), () => undefined), records.length, 'added');
      return this.#readBack(
        records,
        records.map(({ row }) =>
          this.#undoFields.map((field, at) => soughtLiteral(field, row[keys[at] ?? -1] ?? null)),
        ),
        null,
      );
    }
    const [field] = this.#undoFields;
    if (this.#undoFields.length !== 1 || field?.generated !== 'identity-default')
      throw mysqlFault('mysql.no-key', this.#table.relation.name, { relation: this.#table.relation.name });
    const given: string[][] = [];
    for (const row of rows) {
      expectAll(await this.#session.each(into + row, () => undefined), 1, 'added');
      const [id] = await this.#session.rows('SELECT LAST_INSERT_ID()');
      given.push([String(id?.[0])]);
    }
    return this.#readBack(records, given, null);
  }

  async #update(
    records: readonly WriteRecord[],
    found: ReadonlyMap<WriteRecord, FoundRecord>,
  ): Promise<WrittenRecord[]> {
    const { fields, key } = this.#write;
    const set = fields.filter((name) => !key.includes(name));
    if (records.length === 0) return [];
    if (set.length === 0)
      return records.map((record) =>
        this.#asFound(record, found.get(record)?.row ?? [], found.get(record)?.before ?? null),
      );
    const sought = records.map((record) => {
      const own = (found.get(record)?.row ?? []).slice(1, 1 + this.undoKey.length).map(storedText);
      return own.map((value, at) => storedLiteral(this.#undoFields[at] as Field, value));
    });
    const places = set.map((name) => fields.indexOf(name));
    const values = records.map((record) => {
      const literals = this.#literals(record);
      return places.map((at) =>
        literalAmongOthers(targetField(this.#table, fields[at] ?? ''), literals[at] ?? 'NULL'),
      );
    });
    const join = matching(this.#table.name, this.#undoFields).join(sought, values);
    const assignments = set.map((name, at) => `t.${quoteName(name)} = u.v${at}`).join(', ');
    const statement = `UPDATE ${join} SET ${assignments}`;
    this.#expectPacket(statement);
    expectAll(await this.#session.each(statement, () => undefined), records.length, 'changed');
    return this.#readBack(records, sought, found);
  }

  /** What the records are now, found by their key. */
  async #readBack(
    records: readonly WriteRecord[],
    sought: readonly (readonly string[])[],
    before: ReadonlyMap<WriteRecord, FoundRecord> | null,
  ): Promise<WrittenRecord[]> {
    const join = matching(this.#table.name, this.#undoFields).join(sought);
    const rows = await this.#session.rawRows(`SELECT u.n, ${this.#selected('t')} FROM ${join}`);
    const byPlace = new Map(rows.map(([place, ...rest]) => [Number(place?.toString()), rest]));
    expectAll(byPlace.size, records.length, before === null ? 'added' : 'changed');
    return records.map((record, at) =>
      this.#written(record, byPlace.get(at) ?? [], before?.get(record)?.before ?? null),
    );
  }

  /** Locks the records that are there and takes their before-images. */
  async #find(records: readonly WriteRecord[]): Promise<ReadonlyMap<WriteRecord, FoundRecord>> {
    const sought = records.map((record) =>
      this.#keyFields.map((field, at) => soughtLiteral(field, this.#keyValues(record)[at] ?? null)),
    );
    const images = this.#restoredFields.map((field) => `, ${storedSql(field, 't')}`).join('');
    const join = matching(this.#table.name, this.#keyFields).join(sought);
    const rows = await this.#session.rawRows(
      `SELECT u.n, ${this.#selected('t')}${images} FROM ${join} FOR UPDATE`,
    );
    const found = new Map<WriteRecord, FoundRecord>();
    for (const [place, ...rest] of rows) {
      const record = records[Number(place?.toString())] as WriteRecord;
      if (found.has(record))
        throw new RecordTrouble(
          'target.refused',
          `the key ${this.#write.key.join(', ')} names several records`,
        );
      const row = rest.slice(0, 1 + this.undoKey.length + this.#keyFields.length + this.#natives.length);
      const values = rest.slice(row.length).map(storedText);
      found.set(record, { row, before: { digest: String(row[0]), values } });
    }
    return found;
  }

  /** digest, undo key as stored, slice key as read, what only the server can read */
  #selected(alias: string): string {
    const prefix = alias === '' ? this.#table.name : alias;
    return [
      digestSql(this.#table.fields, prefix),
      ...this.#undoFields.map((field) => storedSql(field, prefix)),
      ...[...this.#keyFields, ...this.#natives].map((field) => readField(field, prefix).sql[0]),
    ].join(', ');
  }

  #written(record: WriteRecord, row: RawRow, before: BeforeImage | null): WrittenRecord {
    this.#expectSameSpelling(record, row.slice(1 + this.undoKey.length + this.#keyFields.length));
    return this.#asFound(record, row, before);
  }

  /** `::ffff:10.0.0.1` may come back as another text: another value to everybody who compares. */
  #expectSameSpelling({ row }: WriteRecord, kept: RawRow): void {
    for (const [at, field] of this.#natives.entries()) {
      const given = row[this.#write.fields.indexOf(field.name)] ?? null;
      const bytes = kept[at] ?? null;
      if (given !== (bytes === null ? null : readField(field).decode(bytes)))
        throw new UnfitValue(
          'target.type',
          `${field.native} is kept with another spelling than was given`,
          field.name,
        );
    }
  }

  #asFound(record: WriteRecord, row: RawRow, before: BeforeImage | null): WrittenRecord {
    const keyFrom = 1 + this.undoKey.length;
    const key = this.#keyFields.map((field, at): Value => {
      const bytes = row[keyFrom + at] ?? null;
      return bytes === null ? null : readField(field).decode(bytes);
    });
    return {
      record,
      undo: { key: row.slice(1, keyFrom).map(storedText), after: String(row[0]), before },
      key,
    };
  }

  #expectPacket(statement: string): void {
    const { packetBytesMax } = this.#session.facts;
    const size = Buffer.byteLength(statement);
    if (size + 4096 > packetBytesMax)
      throw new UnfitValue(
        'target.type',
        `the record takes ${size} bytes, the server takes ${packetBytesMax} (max_allowed_packet)`,
      );
  }

  #literals({ row }: WriteRecord): readonly string[] {
    return this.#writers.map((write, at) => write(row[at] ?? null));
  }

  #keyValues(record: WriteRecord): Row {
    const { key, fields } = this.#write;
    return key.map((name) => record.row[fields.indexOf(name)] ?? null);
  }
}

interface FoundRecord {
  readonly row: RawRow;
  readonly before: BeforeImage;
}

function expectAll(touched: number, count: number, verb: string): void {
  if (touched !== count)
    throw new RecordTrouble(
      'target.refused',
      `the record was not ${verb}: the target did something else with it`,
    );
}
