import { recordKey } from '../../src/model/index.ts';
import type { Draw } from './draw.ts';
import type { SimulatedDatabase } from './simulated-database.ts';
import { recordsOf } from './target-view.ts';

/** Somebody else who works in the target between the run and its undo. */
export class OthersAtWork {
  readonly #target: SimulatedDatabase;
  /** People whose note they changed. */
  readonly changed: Set<string> = new Set();
  /** Records of their own. */
  readonly added: Set<string> = new Set();
  /** Whether they ever were there. */
  came = false;
  readonly #notes = new Map<string, string | null>();

  constructor(target: SimulatedDatabase) {
    this.#target = target;
  }

  /** They change some of the people that the run brought, and add some of their own to a firm that it brought. */
  work(draw: Draw): void {
    if (draw.chance(0.3)) return;
    this.came = true;
    const persons = recordsOf(this.#target.tables, 'persons');
    for (let times = draw.below(3); times > 0 && persons.length > 0; times -= 1) {
      const { id = '', note = null } = draw.of(persons);
      if (id === null || note === 'theirs') continue;
      this.changed.add(id);
      this.#notes.set(id, note);
      this.#target.others((work) => work.set('persons', ['id', id], 'note', 'changed'));
    }
    const firms = recordsOf(this.#target.tables, 'firms');
    if (firms.length === 0 || draw.chance(0.5)) return;
    const { id: firm = null } = draw.of(firms);
    this.added.add('9001');
    const row = ['9001', firm, 'o@example.org', 'other', 'theirs'];
    this.#target.others((work) => void work.add('persons', ['id', 'firm_id', 'email', 'name', 'note'], row));
  }

  /** They take everything back. */
  leave(): void {
    this.#target.others((work) => {
      for (const id of this.changed) work.set('persons', ['id', id], 'note', this.#notes.get(id) ?? null);
      for (const id of this.added) work.remove('persons', ['id', id]);
    });
    this.changed.clear();
    this.added.clear();
  }

  /** Whether that record, as text, is one of theirs. */
  wrote(record: string): boolean {
    return [...this.added, ...this.changed].some((id) => record.startsWith(recordKey([id]).slice(0, -1)));
  }
}
