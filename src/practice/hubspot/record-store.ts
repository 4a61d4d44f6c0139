import type { PracticeState } from '../practice-state.ts';
import { Sequence } from '../sequence.ts';
import type { ObjectType } from './standard-objects.ts';

/** Values of a record by property; one without a value has no entry. */
export type Values = Readonly<Record<string, string>>;

export interface KeptRecord {
  readonly id: string;
  readonly values: Values;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Null while it is not archived. */
  readonly archivedMs: number | null;
}

/** What a property held before, and until when. */
export interface PastValue {
  readonly value: string | null;
  readonly untilMs: number;
}

/** No id fits into 32 bits, as with the vendor. */
const idsBehind = 20_000_000_000;
const columns = 'id, properties, created_ms, updated_ms, archived_ms';

/** The records of the account. Plain SQL can look at them: `SELECT * FROM records WHERE type = '0-1'`. */
export class RecordStore {
  readonly #state: PracticeState;
  readonly #sequence: Sequence;

  constructor(state: PracticeState) {
    this.#state = state;
    this.#sequence = new Sequence(state);
    state.run(`
      CREATE TABLE IF NOT EXISTS records (
        id INTEGER PRIMARY KEY, type TEXT NOT NULL, properties TEXT NOT NULL,
        created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, archived_ms INTEGER);
      CREATE INDEX IF NOT EXISTS records_of_type ON records (type, id);
      CREATE TABLE IF NOT EXISTS unique_values (
        type TEXT, property TEXT, value TEXT, id INTEGER, PRIMARY KEY (type, property, value)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS unique_values_of ON unique_values (id);
      CREATE TABLE IF NOT EXISTS merged (id INTEGER PRIMARY KEY, into_id INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS past_values (id INTEGER, property TEXT, value TEXT, until_ms INTEGER);
      CREATE INDEX IF NOT EXISTS past_values_of ON past_values (id, property)`);
  }

  nextId(): string {
    return String(idsBehind + this.#sequence.next('records'));
  }

  /** A record that was merged into another is found there. Archived ones too. */
  find(type: ObjectType, id: string): KeptRecord | null {
    if (!/^\d{1,15}$/.test(id)) return null;
    const row = this.#state
      .statement(
        `SELECT ${columns} FROM records WHERE type = ? AND id = coalesce((SELECT into_id FROM merged WHERE id = ?), ?)`,
      )
      .first(type.id, Number(id), Number(id));
    return row === undefined ? null : recordOf(row);
  }

  /** In the order of ids, behind `after`. */
  page(type: ObjectType, after: string, count: number, archived: boolean): readonly KeptRecord[] {
    const where = `type = ? AND archived_ms IS ${archived ? 'NOT' : ''} NULL AND id > ?`;
    return this.#state
      .statement(`SELECT ${columns} FROM records WHERE ${where} ORDER BY id LIMIT ?`)
      .all(type.id, Number(after), count)
      .map(recordOf);
  }

  insert(type: ObjectType, { id, values, createdMs, updatedMs }: KeptRecord): void {
    this.#state
      .statement('INSERT INTO records VALUES (?, ?, ?, ?, ?, NULL)')
      .run(Number(id), type.id, JSON.stringify(values), createdMs, updatedMs);
  }

  /** Keeps what its properties held before. */
  update(before: KeptRecord, values: Values, nowMs: number): void {
    this.#state
      .statement('UPDATE records SET properties = ?, updated_ms = ? WHERE id = ?')
      .run(JSON.stringify(values), nowMs, Number(before.id));
    for (const name of new Set([...Object.keys(before.values), ...Object.keys(values)]))
      if (before.values[name] !== values[name])
        this.#state
          .statement('INSERT INTO past_values VALUES (?, ?, ?, ?)')
          .run(Number(before.id), name, before.values[name] ?? null, nowMs);
  }

  /** Its unique values are free for others. */
  archive({ id }: KeptRecord, nowMs: number): void {
    this.#state.statement('UPDATE records SET archived_ms = ? WHERE id = ?').run(nowMs, Number(id));
    this.#state.statement('DELETE FROM unique_values WHERE id = ?').run(Number(id));
  }

  /** Nothing of it stays. */
  erase({ id }: KeptRecord): void {
    for (const table of ['records', 'unique_values', 'past_values'])
      this.#state.statement(`DELETE FROM ${table} WHERE id = ?`).run(Number(id));
  }

  redirect(from: string, into: string): void {
    this.#state.statement('UPDATE merged SET into_id = ? WHERE into_id = ?').run(Number(into), Number(from));
    this.#state.statement('INSERT INTO merged VALUES (?, ?)').run(Number(from), Number(into));
  }

  /** Oldest first. */
  past({ id }: KeptRecord, property: string): readonly PastValue[] {
    return this.#state
      .statement(
        'SELECT value, until_ms FROM past_values WHERE id = ? AND property = ? ORDER BY until_ms, rowid',
      )
      .all(Number(id), property)
      .map(([value, until]) => ({ value: value === null ? null : String(value), untilMs: Number(until) }));
  }

  /** Who holds this value of a unique property; null for nobody. */
  holder(type: ObjectType, property: string, value: string): string | null {
    const row = this.#state
      .statement('SELECT id FROM unique_values WHERE type = ? AND property = ? AND value = ?')
      .first(type.id, property, value);
    return row === undefined ? null : String(row[0]);
  }

  /** Beside the value it has: the second e-mail of a person. */
  holdAlso(type: ObjectType, property: string, value: string, id: string): void {
    this.#state
      .statement('INSERT OR REPLACE INTO unique_values VALUES (?, ?, ?, ?)')
      .run(type.id, property, value, Number(id));
  }

  /** @param value null takes it away */
  holdValue(type: ObjectType, property: string, value: string | null, id: string): void {
    this.#state
      .statement('DELETE FROM unique_values WHERE type = ? AND property = ? AND id = ?')
      .run(type.id, property, Number(id));
    if (value !== null)
      this.#state
        .statement('INSERT INTO unique_values VALUES (?, ?, ?, ?)')
        .run(type.id, property, value, Number(id));
  }

  /** Whether any record that is not archived has a value there. */
  uses(type: ObjectType, property: string): number {
    const row = this.#state
      .statement(
        'SELECT count(*) FROM records WHERE type = ? AND archived_ms IS NULL AND json_extract(properties, ?) IS NOT NULL',
      )
      .first(type.id, `$."${property}"`);
    return Number(row?.[0] ?? 0);
  }

  count(type: ObjectType): number {
    const row = this.#state
      .statement('SELECT count(*) FROM records WHERE type = ? AND archived_ms IS NULL')
      .first(type.id);
    return Number(row?.[0] ?? 0);
  }
}

const recordOf = ([id, properties, created, updated, archived]: readonly unknown[]): KeptRecord => ({
  id: String(id),
  values: JSON.parse(String(properties)) as Values,
  createdMs: Number(created),
  updatedMs: Number(updated),
  archivedMs: archived === null ? null : Number(archived),
});
