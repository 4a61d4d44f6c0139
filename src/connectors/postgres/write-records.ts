import { type Field, findField, type Relation, type Value } from '../../model/index.ts';
import type { PlannedWrite, WriteRecord } from '../port.ts';
import { distinctRuns, undoKeyOf } from '../sql-servers/index.ts';
import { expectSameSpelling, fieldsToRead } from './kept-spelling.ts';
import { ownerSql } from './own-transactions.ts';
import { RecordTrouble } from './refusals.ts';
import type { Session, TextRow } from './sessions.ts';
import { quoteName } from './sql.ts';
import { digestSql, type TargetTable, targetColumn, type Unnested, unnested } from './target-table.ts';
import type { OwnedImage, UndoEntry } from './undo-pack.ts';
import { encodeValue } from './value-text.ts';

/** What became of some records, in their order. */
export interface WrittenRecord {
  readonly record: WriteRecord;
  readonly undo: UndoEntry;
  /** Values of the slice's key as they are stored. */
  readonly key: readonly (string | null)[];
}

export interface WriteOutcome {
  readonly written: readonly WrittenRecord[];
  /** Records to update that are not there. */
  readonly missing: readonly WriteRecord[];
}

/**
 * Writes records of one slice by set statements, each whole or not at all: whoever calls puts a savepoint around it and
 * halves the records when it fails.
 *
 * Invariants: 1. a statement that touches another number of records than it was given throws, whatever a trigger did.
 * 2. values reach the column by assignment, never by an explicit cast: a text that is too long is an error, not a cut.
 * 3. what only the server can read is kept as it was given, or throws. 4. a before-image says whether the record was as a
 * step of this run left it.
 */
export class RecordWriter {
  readonly #session: Session;
  readonly #namespace: string;
  readonly #table: TargetTable;
  readonly #write: PlannedWrite;
  readonly #all: Unnested;
  readonly #digest: string;
  readonly #read: readonly Field[];
  /** Fields by which undo finds a record again; none where the relation has no key. */
  readonly undoKey: readonly string[];
  readonly columns: readonly string[];
  readonly restored: readonly string[];

  constructor(session: Session, namespace: string, table: TargetTable, write: PlannedWrite) {
    this.#session = session;
    this.#namespace = namespace;
    this.#table = table;
    this.#write = write;
    this.#all = unnested(write.fields.map((name) => targetColumn(table, name)));
    this.undoKey = undoKeyOf(write);
    this.columns = table.columns.map(({ name }) => name);
    this.restored = table.columns.filter(({ generated }) => generated === 'no').map(({ name }) => name);
    this.#digest = digestSql(this.columns);
    this.#read = fieldsToRead(write);
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
    return distinctRuns(records, (record) => JSON.stringify(this.#keyTexts(record)));
  }

  async #insert(records: readonly WriteRecord[]): Promise<WrittenRecord[]> {
    const { fields, relation } = this.#write;
    const overriding = fields.some((name) => targetColumn(this.#table, name).generated === 'identity-always');
    // Sorted by their place the records get their numbers, and are given back, in the order they came in.
    const rows = await this.#session.rows(
      `INSERT INTO ${this.#table.name} AS t (${fields.map(quoteName).join(', ')})
       ${overriding ? 'OVERRIDING SYSTEM VALUE ' : ''}SELECT ${this.#all.values.join(', ')} FROM ${this.#all.from} ORDER BY u.n
       RETURNING ${this.#returning()}${this.#readBack()}`,
      this.#all.parameters(records.map((record) => this.#texts(relation, record))),
    );
    expectAll(rows, records.length, 'added');
    return this.#withLastDigests(records.map((record, at) => this.#written(record, rows[at] ?? [], null)));
  }

  async #update(
    records: readonly WriteRecord[],
    found: ReadonlyMap<WriteRecord, FoundRecord>,
  ): Promise<WrittenRecord[]> {
    const { fields, key, relation } = this.#write;
    const set = fields.filter((name) => !key.includes(name));
    if (records.length === 0) return [];
    if (set.length === 0) return records.map((record) => this.#untouched(record, found.get(record)));
    const rows = await this.#session.rows(
      `UPDATE ${this.#table.name} AS t
       SET ${set.map((name) => `${quoteName(name)} = ${this.#valueOf(name)}`).join(', ')}
       FROM ${this.#all.from} WHERE ${this.#keyCondition()} RETURNING ${this.#returning()}${this.#readBack()}, u.n`,
      this.#all.parameters(records.map((record) => this.#texts(relation, record))),
    );
    expectAll(rows, records.length, 'changed');
    const inOrder = rows.toSorted((a, b) => Number(a.at(-1)) - Number(b.at(-1)));
    return this.#withLastDigests(
      records.map((record, at) =>
        this.#written(record, inOrder[at] ?? [], found.get(record)?.before ?? null),
      ),
    );
  }

  /** Locks the records that are there and takes their before-images. */
  async #find(records: readonly WriteRecord[]): Promise<ReadonlyMap<WriteRecord, FoundRecord>> {
    const { key } = this.#write;
    const source = unnested(key.map((name) => targetColumn(this.#table, name)));
    const condition = key.map((name, at) => `t.${quoteName(name)} = ${source.values[at]}`).join(' AND ');
    const images = this.restored.map((name) => `, t.${quoteName(name)}`).join('');
    const rows = await this.#session.rows(
      `SELECT u.n, ${this.#returning()}, ${ownerSql(this.#session, key.length)}${images} FROM ${source.from} JOIN ${this.#table.name} AS t ON ${condition}
       ORDER BY u.n FOR UPDATE OF t`,
      [
        ...source.parameters(records.map((record) => this.#keyTexts(record))),
        this.#namespace,
        this.#write.run,
      ],
    );
    const found = new Map<WriteRecord, FoundRecord>();
    for (const [place, ...rest] of rows) {
      const record = records[Number(place) - 1] as WriteRecord;
      if (found.has(record))
        throw new RecordTrouble('target.refused', `the key ${key.join(', ')} names several records`);
      const row = rest.slice(0, 1 + this.undoKey.length + key.length);
      const [owner = null, ...values] = rest.slice(row.length);
      found.set(record, { row, before: { digest: String(rest[0]), values, owner } });
    }
    return found;
  }

  /** digest, undo key, slice key */
  #returning(): string {
    const names = [...this.undoKey, ...this.#write.key].map((name) => `t.${quoteName(name)}`);
    return [this.#digest, ...names].join(', ');
  }

  #readBack(): string {
    return this.#read.map(({ name }) => `, t.${quoteName(name)}`).join('');
  }

  #written(record: WriteRecord, row: TextRow, before: OwnedImage | null): WrittenRecord {
    expectSameSpelling(
      this.#write,
      this.#read,
      record,
      row.slice(1 + this.undoKey.length + this.#write.key.length),
    );
    return this.#asFound(record, row, before);
  }

  #asFound(record: WriteRecord, row: TextRow, before: OwnedImage | null): WrittenRecord {
    const keyFrom = 1 + this.undoKey.length;
    return {
      record,
      undo: { key: row.slice(1, keyFrom), after: String(row[0]), before },
      key: row.slice(keyFrom, keyFrom + this.#write.key.length),
    };
  }

  /** Nothing but the key is written: the record stays as it is and needs no undo beyond its own image. */
  #untouched(record: WriteRecord, found: FoundRecord | undefined): WrittenRecord {
    return this.#asFound(record, found?.row ?? [], found?.before ?? null);
  }

  /** What RETURNING gave is older than what triggers after the statement made of it. */
  async #withLastDigests(written: WrittenRecord[]): Promise<WrittenRecord[]> {
    if (!this.#table.hasAfterTriggers || this.undoKey.length === 0) return written;
    const source = unnested(this.undoKey.map((name) => targetColumn(this.#table, name)));
    const condition = this.undoKey
      .map((name, at) => `t.${quoteName(name)} = ${source.values[at]}`)
      .join(' AND ');
    const rows = await this.#session.rows(
      `SELECT u.n, ${this.#digest} FROM ${source.from} JOIN ${this.#table.name} AS t ON ${condition}`,
      source.parameters(written.map(({ undo }) => undo.key)),
    );
    const digests = new Map(rows.map(([place, digest]) => [Number(place), String(digest)]));
    return written.map((one, at) => ({
      ...one,
      undo: { ...one.undo, after: digests.get(at + 1) ?? one.undo.after },
    }));
  }

  #keyCondition(): string {
    return this.#write.key.map((name) => `t.${quoteName(name)} = ${this.#valueOf(name)}`).join(' AND ');
  }

  #valueOf(field: string): string {
    return this.#all.values[this.#write.fields.indexOf(field)] ?? 'NULL';
  }

  #texts(relation: Relation, { row }: WriteRecord): (string | null)[] {
    return this.#write.fields.map((name, at) =>
      encodeValue(row[at] as Value, findField(relation, name)?.type),
    );
  }

  #keyTexts(record: WriteRecord): (string | null)[] {
    const { key, fields, relation } = this.#write;
    return key.map((name) =>
      encodeValue(record.row[fields.indexOf(name)] ?? null, findField(relation, name)?.type),
    );
  }
}

interface FoundRecord {
  readonly row: TextRow;
  readonly before: OwnedImage;
}

function expectAll(rows: readonly TextRow[], count: number, verb: string): void {
  if (rows.length !== count)
    throw new RecordTrouble(
      'target.refused',
      `the record was not ${verb}: a trigger or a rule of the target dropped it`,
    );
}
