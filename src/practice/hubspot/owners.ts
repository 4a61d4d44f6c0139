import type { PracticeState } from '../practice-state.ts';
import type { AccountOwner } from './account-file.ts';

export interface Owner {
  readonly id: string;
  readonly userId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly archived: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
}

const firstOwner = 70_000_000;

/** Who records can belong to. Who left is archived: shown only where archived ones are asked for, and given no records. */
export class Owners {
  readonly #state: PracticeState;

  constructor(state: PracticeState) {
    this.#state = state;
    state.run(
      'CREATE TABLE IF NOT EXISTS owners (number INTEGER PRIMARY KEY, email TEXT UNIQUE, first TEXT, last TEXT, archived INTEGER, created_ms INTEGER, updated_ms INTEGER)',
    );
  }

  describe(owners: readonly AccountOwner[], nowMs: number): void {
    for (const { email, firstName, lastName, active } of owners)
      this.#state
        .statement(
          `INSERT INTO owners (email, first, last, archived, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (email) DO UPDATE SET first = excluded.first, last = excluded.last, archived = excluded.archived, updated_ms = excluded.updated_ms`,
        )
        .run(email.toLowerCase(), firstName, lastName, active ? 0 : 1, nowMs, nowMs);
  }

  all(): readonly Owner[] {
    return this.#state
      .statement(
        'SELECT number, email, first, last, archived, created_ms, updated_ms FROM owners ORDER BY number',
      )
      .all()
      .map(([number, email, first, last, archived, created, updated]) => ({
        id: String(firstOwner + Number(number)),
        userId: Number(number) + 1_000,
        email: String(email),
        firstName: String(first),
        lastName: String(last),
        archived: Number(archived) === 1,
        createdMs: Number(created),
        updatedMs: Number(updated),
      }));
  }

  isActive(id: string): boolean {
    return this.all().some((owner) => owner.id === id && !owner.archived);
  }
}
