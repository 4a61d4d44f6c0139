import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { OpenContext, OpenSystem } from '../../src/connectors/index.ts';
import type { FieldMapping, ObjectMapping } from '../../src/model/index.ts';

/** Where a made-up table goes: at one by the lane that the engine chooses, at the other record by record. */
export type Place = 'bulk' | 'records';

export const places: readonly Place[] = ['bulk', 'records'];

/** A made-up table with its records, two empty targets of one kind, and the mapping between them. */
export interface DrawnTable {
  /** What makes the source: statements, for a system that has them. */
  readonly source: readonly string[];
  /** One statement. */
  readonly target: string;
  readonly mapping: ObjectMapping;
  /** Known to go in bulk; only for a record that is kept back does a slice leave that lane. */
  readonly staysInBulk: boolean;
}

/** A system that gives a made-up table. */
export interface LaneSource<Drawn extends DrawnTable = DrawnTable> extends AsyncDisposable {
  /** Makes the next table; the one before is no longer there. */
  make(drawn: Drawn): Promise<void>;
  open(context: OpenContext): Promise<OpenSystem>;
}

/** A system that takes it, at both places. */
export interface LaneTargets extends AsyncDisposable {
  make(drawn: DrawnTable): Promise<void>;
  open(place: Place, context: OpenContext): Promise<OpenSystem>;
  /** The records of a table, by plain SQL, in an order of their own. */
  contentOf(place: Place, table: string): Promise<readonly unknown[]>;
}

/** Two systems between which tables travel in more than one lane. */
export interface LanePair<Drawn extends DrawnTable = DrawnTable> {
  readonly name: string;
  readonly source: LaneSource<Drawn>;
  readonly targets: LaneTargets;
  draw(choice: SeededChoice): Drawn;
}

export type MappedField = Pick<FieldMapping, 'field' | 'from'> & Partial<Pick<FieldMapping, 'values'>>;

/** The mapping of the one object there is; in which tables, by which key and fields. */
export function mappingOf(
  fields: readonly MappedField[],
  whole: Partial<Pick<ObjectMapping, 'source' | 'target' | 'key' | 'purge'>> = {},
): ObjectMapping {
  const rest = { unmatched: 'quarantine', owner: null, note: null, line: null } as const;
  return {
    name: 'thing',
    source: 'thing',
    target: 'thing',
    mode: 'empty-only',
    key: ['id'],
    create: false,
    each: null,
    purge: [],
    leftBehind: [],
    owner: null,
    note: null,
    file: null,
    ...whole,
    fields: fields.map((field) => ({ values: null, ...field, ...rest })),
  };
}

/** In an order of its own. */
export function shuffled<Item>(choice: SeededChoice, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, place: choice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
