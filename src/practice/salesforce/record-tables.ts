import type { SqliteValue } from '../../host/index.ts';
import type { PracticeState } from '../practice-state.ts';
import { Sequence } from '../sequence.ts';
import { type DescribedField, type DescribedObject, isNumber, isText } from './described-object.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import { makeId } from './record-id.ts';

export type Row = Readonly<Record<string, SqliteValue>>;

export const tableOf = (object: DescribedObject): string => `"o_${object.name}"`;
export const columnOf = (field: DescribedField): string => `"${field.name}"`;

/**
 * The records of an org: one table for each object, one column for each field. A record that was deleted stays, marked,
 * as in the recycle bin. Plain SQL can look at it: `SELECT * FROM "o_Account"`.
 */
export class RecordTables {
  readonly #state: PracticeState;
  readonly #sequence: Sequence;

  constructor(state: PracticeState) {
    this.#state = state;
    this.#sequence = new Sequence(state);
  }

  /** Makes the tables and columns that the catalog has and the state has not; nothing is ever dropped. */
  prepare({ objects }: ObjectCatalog): void {
    for (const object of objects) {
      const columns = object.fields.map((field) => `${columnOf(field)} ${typeOf(field)}`);
      this.#state.run(`CREATE TABLE IF NOT EXISTS ${tableOf(object)} (${columns.join(', ')})`);
      const known = new Set(
        this.#state.statement(`SELECT name FROM pragma_table_info('o_${object.name}')`).all().flat(),
      );
      for (const field of object.fields) {
        if (!known.has(field.name))
          this.#state.run(`ALTER TABLE ${tableOf(object)} ADD COLUMN ${columnOf(field)} ${typeOf(field)}`);
        if (field.unique || field.externalId || field.kind === 'reference' || field.name === 'SystemModstamp')
          this.#state.run(
            `CREATE INDEX IF NOT EXISTS "i_${object.name}_${field.name}" ON ${tableOf(object)} (${columnOf(field)})`,
          );
      }
    }
    this.#state.forgetStatements();
  }

  /** The next id of an object; numbers are never given twice, also when the call is taken back. */
  nextId(prefix: string): string {
    return makeId(prefix, this.#sequence.next(prefix));
  }

  /** Deleted ones too. */
  find(object: DescribedObject, id: string): Row | null {
    return this.#first(object, '"Id" = ?', id);
  }

  /** Ids of records that hold this value and are not deleted, at most two. */
  idsWith(object: DescribedObject, field: DescribedField, value: SqliteValue): readonly string[] {
    return this.#state
      .statement(
        `SELECT "Id" FROM ${tableOf(object)} WHERE ${columnOf(field)} = ? AND "IsDeleted" = 0 LIMIT 2`,
      )
      .all(value)
      .map(([id]) => String(id));
  }

  /** The id of another record that agrees in all these fields; null where one of them is empty. */
  sameIn(object: DescribedObject, fields: readonly DescribedField[], row: Row, self: string): string | null {
    const values = fields.map(({ name }) => row[name] ?? null);
    if (values.includes(null)) return null;
    const where = fields.map((field) => `${columnOf(field)} = ?`).join(' AND ');
    const found = this.#state
      .statement(
        `SELECT "Id" FROM ${tableOf(object)} WHERE ${where} AND "IsDeleted" = 0 AND "Id" <> ? LIMIT 1`,
      )
      .first(...values, self);
    return found === undefined ? null : String(found[0]);
  }

  insert(object: DescribedObject, row: Row): void {
    const names = object.fields.filter(({ name }) => row[name] !== undefined);
    const columns = names.map(columnOf).join(', ');
    this.#state
      .statement(`INSERT INTO ${tableOf(object)} (${columns}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(...names.map(({ name }) => row[name] ?? null));
  }

  update(object: DescribedObject, id: string, row: Row): void {
    const names = object.fields.filter(({ name }) => row[name] !== undefined);
    if (names.length === 0) return;
    const set = names.map((field) => `${columnOf(field)} = ?`).join(', ');
    this.#state
      .statement(`UPDATE ${tableOf(object)} SET ${set} WHERE "Id" = ?`)
      .run(...names.map(({ name }) => row[name] ?? null), id);
  }

  /** Ids of the records that hold this id in that field and are not deleted. */
  holding(object: DescribedObject, field: DescribedField, id: string): readonly string[] {
    return this.#state
      .statement(`SELECT "Id" FROM ${tableOf(object)} WHERE ${columnOf(field)} = ? AND "IsDeleted" = 0`)
      .all(id)
      .map(([found]) => String(found));
  }

  /** Of hard deletion, and of records that have been in the bin for too long. */
  erase(object: DescribedObject, id: string): void {
    this.#state.statement(`DELETE FROM ${tableOf(object)} WHERE "Id" = ?`).run(id);
  }

  count(object: DescribedObject): number {
    const row = this.#state
      .statement(`SELECT count(*) FROM ${tableOf(object)} WHERE "IsDeleted" = 0`)
      .first();
    return Number(row?.[0] ?? 0);
  }

  #first(object: DescribedObject, where: string, ...values: SqliteValue[]): Row | null {
    const columns = object.fields.map(columnOf).join(', ');
    const found = this.#state
      .statement(`SELECT ${columns} FROM ${tableOf(object)} WHERE ${where}`)
      .first(...values);
    if (found === undefined) return null;
    return Object.fromEntries(object.fields.map(({ name }, at) => [name, found[at] ?? null]));
  }
}

function typeOf(field: DescribedField): string {
  if (field.kind === 'id') return 'TEXT PRIMARY KEY';
  if (field.name === 'IsDeleted') return 'INTEGER NOT NULL DEFAULT 0';
  if (isText(field)) return field.caseSensitive ? 'TEXT' : 'TEXT COLLATE NOCASE';
  if (isNumber(field)) return field.kind === 'int' ? 'INTEGER' : 'REAL';
  if (field.kind === 'boolean') return 'INTEGER NOT NULL DEFAULT 0';
  return field.kind === 'base64' ? 'BLOB' : 'TEXT';
}
