import type { SqliteValue } from '../../host/index.ts';
import type { PracticeState } from '../practice-state.ts';
import { seededDraw } from '../seeded-draw.ts';
import type { ObjectType } from './standard-objects.ts';

/** A condition in SQL on the table `found`, and its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

export interface Found {
  readonly total: number;
  readonly ids: readonly string[];
}

/**
 * What a search sees: records as they were when the index last took them up. A change is taken up between half the lag and
 * the whole of it later, drawn for each record, so records do not appear in the order they were written.
 *
 * Records that are equal in what is sorted by come in an order that has nothing to do with their ids.
 */
export class SearchIndex {
  readonly #state: PracticeState;
  readonly #lagMs: () => number;

  constructor(state: PracticeState, lagMs: () => number) {
    this.#state = state;
    this.#lagMs = lagMs;
    state.run(`
      CREATE TABLE IF NOT EXISTS found (
        id INTEGER PRIMARY KEY, type TEXT, properties TEXT, created_ms INTEGER, updated_ms INTEGER, tie INTEGER);
      CREATE INDEX IF NOT EXISTS found_by_change ON found (type, updated_ms, tie);
      CREATE INDEX IF NOT EXISTS found_by_creation ON found (type, created_ms, tie);
      CREATE INDEX IF NOT EXISTS found_by_id ON found (type, id);
      CREATE TABLE IF NOT EXISTS to_index (due_ms INTEGER, id INTEGER, PRIMARY KEY (due_ms, id)) WITHOUT ROWID`);
  }

  changed(id: string, nowMs: number): void {
    const drawn = seededDraw(Number(id) % 2 ** 31, Math.floor(nowMs / 1_000) % 2 ** 31);
    const dueMs = Math.ceil(nowMs + this.#lagMs() * (0.5 + drawn / 2));
    this.#state.statement('INSERT OR IGNORE INTO to_index VALUES (?, ?)').run(dueMs, Number(id));
  }

  /** @param order columns of `found`, or expressions on it */
  search(
    type: ObjectType,
    where: Condition,
    order: Condition,
    { offset, limit, nowMs }: { readonly offset: number; readonly limit: number; readonly nowMs: number },
  ): Found {
    this.#takeUp(nowMs);
    const from = `FROM found WHERE type = ? AND (${where.sql})`;
    const total = this.#state.statement(`SELECT count(*) ${from}`).first(type.id, ...where.values);
    const ids = this.#state
      .statement(`SELECT id ${from} ORDER BY ${order.sql}, tie LIMIT ? OFFSET ?`)
      .all(type.id, ...where.values, ...order.values, limit, offset);
    return { total: Number(total?.[0] ?? 0), ids: ids.map(([id]) => String(id)) };
  }

  #takeUp(nowMs: number): void {
    const due = this.#state.statement('SELECT DISTINCT id FROM to_index WHERE due_ms <= ?').all(nowMs);
    if (due.length === 0) return;
    const drop = this.#state.statement('DELETE FROM found WHERE id = ?');
    const take = this.#state.statement(
      `INSERT INTO found SELECT id, type, properties, created_ms, updated_ms, (id % 65537 * 40503) % 65537
       FROM records WHERE id = ? AND archived_ms IS NULL`,
    );
    for (const [id] of due) {
      drop.run(id ?? null);
      take.run(id ?? null);
    }
    this.#state.statement('DELETE FROM to_index WHERE due_ms <= ?').run(nowMs);
  }
}
