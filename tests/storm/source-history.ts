import { type CrmRecords, type Person, personFields, personRow } from './crm-records.ts';
import type { Draw } from './draw.ts';
import type { SimulatedDatabase } from './simulated-database.ts';

/** What the people of the source were, one version behind the other, while others worked on it. */
export class SourceHistory {
  readonly #database: SimulatedDatabase;
  readonly #draw: Draw;
  readonly #versions: Map<string, (Person | null)[]>;
  readonly #companies: readonly string[];
  #added = 0;

  constructor(database: SimulatedDatabase, { people, companies }: CrmRecords, draw: Draw) {
    this.#database = database;
    this.#draw = draw;
    this.#versions = new Map(people.map((person) => [person.id, [person]]));
    this.#companies = companies.map(({ id }) => id);
  }

  /** Every version of a person, null for not being there; the last one is now. */
  versions(id: string): readonly (Person | null)[] {
    return this.#versions.get(id) ?? [];
  }

  ids(): readonly string[] {
    return [...this.#versions.keys()];
  }

  /** Nobody touched the person since the world began. */
  isStill(id: string): boolean {
    return this.#versions.get(id)?.length === 1;
  }

  /** Somebody adds, changes, mends or deletes one person. */
  move(): void {
    const there = this.ids().filter((id) => this.#now(id) !== null);
    const what = there.length === 0 ? 0 : this.#draw.below(4);
    if (what === 0) this.#add();
    else if (what === 1) this.#delete(this.#draw.of(there));
    else if (what === 2) this.#change(this.#draw.of(there), 'name', 'renamed');
    else this.#mend(there);
  }

  #now(id: string): Person | null {
    return this.#versions.get(id)?.at(-1) ?? null;
  }

  #add(): void {
    this.#added += 1;
    // Between the others, and behind them.
    const id = this.#draw.chance(0.5) ? String(this.#draw.below(50) * 2 + 1) : String(5_000 + this.#added);
    if (this.#now(id)) return;
    const company = this.#companies.length === 0 ? null : this.#draw.of(this.#companies);
    const person: Person = {
      id,
      company,
      email: `late${this.#added}@example.org`,
      name: `late ${this.#added}`,
      age: '40',
      manager: null,
      damaged: false,
    };
    this.#note(id, person);
    this.#database.others((work) => void work.add('people', personFields, personRow(person)));
  }

  #delete(id: string): void {
    this.#note(id, null);
    this.#database.others((work) => work.remove('people', ['id', id]));
  }

  /** What was not to be read, or not to be had, becomes what can go. */
  #mend(there: readonly string[]): void {
    const awkward = there.filter((id) => !/^\d+$/.test(this.#now(id)?.age ?? '1'));
    this.#change(this.#draw.of(awkward.length > 0 ? awkward : there), 'age', '41');
  }

  #change(id: string, field: 'name' | 'age', value: string): void {
    const known = this.#now(id);
    if (!known || known.damaged) return;
    this.#note(id, { ...known, [field]: value });
    this.#database.others((work) => work.set('people', ['id', id], field, value));
  }

  #note(id: string, version: Person | null): void {
    const known = this.#versions.get(id);
    if (known) known.push(version);
    // It was not there when the world began.
    else this.#versions.set(id, [null, version]);
  }
}
