import type { PracticeState } from './practice-state.ts';

/** How many calls a day had, and how many of them were refused as too many: kept in the state, in the table `days`. */
export class DaysOfCalls {
  readonly #state: PracticeState;

  constructor(state: PracticeState) {
    this.#state = state;
    state.run('CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, calls INTEGER, refused INTEGER)');
  }

  /** @param day as the vendor reckons it: `2026-11-22` */
  count(day: string, calls: number, refused: number): void {
    this.#state
      .statement(
        'INSERT INTO days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, refused = refused + excluded.refused',
      )
      .run(day, calls, refused);
  }

  of(day: string): { readonly calls: number; readonly refused: number } {
    const row = this.#state.statement('SELECT calls, refused FROM days WHERE day = ?').first(day);
    return { calls: Number(row?.[0] ?? 0), refused: Number(row?.[1] ?? 0) };
  }
}
