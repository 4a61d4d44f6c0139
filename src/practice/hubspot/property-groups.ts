import type { PracticeState } from '../practice-state.ts';

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
}

/** Under which headings the properties of a kind of record stand. */
export class PropertyGroups {
  readonly #state: PracticeState;

  constructor(state: PracticeState) {
    this.#state = state;
    state.run(
      'CREATE TABLE IF NOT EXISTS property_groups (type TEXT, name TEXT, label TEXT, display_order INTEGER, archived INTEGER, PRIMARY KEY (type, name))',
    );
  }

  /** The vendor's own one is always there. */
  list(type: string): readonly PropertyGroup[] {
    const kept = this.#state
      .statement(
        'SELECT name, label, display_order, archived FROM property_groups WHERE type = ? ORDER BY name',
      )
      .all(type)
      .map(([name, label, order, archived]) => ({
        name: String(name),
        label: String(label),
        displayOrder: Number(order),
        archived: Number(archived) === 1,
      }));
    return [{ name: 'information', label: 'Information', displayOrder: 0, archived: false }, ...kept];
  }

  /** Null for one that is not there or archived. */
  find(type: string, name: string): PropertyGroup | null {
    return this.list(type).find((group) => group.name === name && !group.archived) ?? null;
  }

  keep(type: string, { name, label, displayOrder, archived }: PropertyGroup): void {
    this.#state
      .statement('INSERT OR REPLACE INTO property_groups VALUES (?, ?, ?, ?, ?)')
      .run(type, name, label, displayOrder, archived ? 1 : 0);
  }
}
