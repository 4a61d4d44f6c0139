import type { PracticeState } from './practice-state.ts';

/** Numbers from 1 for each name; none is given twice to what was kept, also after a restart. Numbers of a call that is taken back come again. */
export class Sequence {
  readonly #state: PracticeState;

  constructor(state: PracticeState) {
    this.#state = state;
    state.run('CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, next INTEGER NOT NULL)');
  }

  next(name: string): number {
    const row = this.#state
      .statement(
        'INSERT INTO sequences VALUES (?, 2) ON CONFLICT DO UPDATE SET next = next + 1 RETURNING next - 1',
      )
      .first(name);
    return Number(row?.[0] ?? 1);
  }
}
