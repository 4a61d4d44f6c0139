import type { PracticeState } from './practice-state.ts';

export interface RollingWindowOptions {
  readonly state: PracticeState;
  /** Under which name the count is kept. */
  readonly name: string;
  readonly windowMs: number;
  /** Into how many parts the window is cut; a call counts until the window and one part more have passed. */
  readonly parts: number;
}

/**
 * How much was used within the last so many milliseconds. Kept in the state, so a restart forgives nothing. Counted in parts
 * of the window, rounded against the caller: never less than the exact sum, at most one part's worth more.
 */
export class RollingWindow {
  readonly #state: PracticeState;
  readonly #name: string;
  readonly #partMs: number;
  readonly #parts: number;
  readonly #used = new Map<number, number>();
  #total = 0;

  constructor({ state, name, windowMs, parts }: RollingWindowOptions) {
    state.run(
      'CREATE TABLE IF NOT EXISTS used (name TEXT, part INTEGER, used INTEGER, PRIMARY KEY (name, part))',
    );
    this.#state = state;
    this.#name = name;
    this.#partMs = windowMs / parts;
    this.#parts = parts;
    for (const [part, used] of state.statement('SELECT part, used FROM used WHERE name = ?').all(name))
      this.#add(Number(part), Number(used));
  }

  used(nowMs: number): number {
    const oldest = Math.floor(nowMs / this.#partMs) - this.#parts;
    for (const [part, used] of this.#used) {
      if (part >= oldest) continue;
      this.#used.delete(part);
      this.#total -= used;
      this.#state.statement('DELETE FROM used WHERE name = ? AND part = ?').run(this.#name, part);
    }
    return this.#total;
  }

  take(nowMs: number, cost: number): void {
    const part = Math.floor(nowMs / this.#partMs);
    this.#add(part, cost);
    this.#state
      .statement('INSERT INTO used VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET used = used + excluded.used')
      .run(this.#name, part, cost);
  }

  #add(part: number, used: number): void {
    this.#used.set(part, (this.#used.get(part) ?? 0) + used);
    this.#total += used;
  }
}
