import { type Relation, type Row, recordKey, type Value } from '../../src/model/index.ts';

/** A record in a made-up database; `version` of the database that wrote it last. */
export interface StoredRecord {
  /** In the order of the relation's fields. */
  readonly values: readonly Value[];
  readonly version: number;
  /** The bytes of a record that is none of its relation; its values are its key and nothing else. */
  readonly damage: Uint8Array | null;
}

/** Records of one relation as they are committed, by their place; never changed, only replaced. */
export interface StoredTable {
  readonly relation: Relation;
  readonly records: ReadonlyMap<number, StoredRecord>;
  readonly nextPlace: number;
  /** What its counter gives next. */
  readonly nextNumber: bigint;
}

/** A copy of a table in which one transaction works, with an index for whatever it looks things up by. */
export class OpenTable {
  readonly relation: Relation;
  readonly records: Map<number, StoredRecord>;
  nextPlace: number;
  nextNumber: bigint;
  readonly #indexes = new Map<string, FieldIndex>();

  constructor(table: StoredTable) {
    this.relation = table.relation;
    this.records = new Map(table.records);
    this.nextPlace = table.nextPlace;
    this.nextNumber = table.nextNumber;
  }

  stored(): StoredTable {
    const { relation, records, nextPlace, nextNumber } = this;
    return { relation, records, nextPlace, nextNumber };
  }

  put(place: number, record: StoredRecord): void {
    this.remove(place);
    this.records.set(place, record);
    for (const index of this.#indexes.values()) index.add(place, record.values);
  }

  remove(place: number): void {
    const known = this.records.get(place);
    if (!known) return;
    this.records.delete(place);
    for (const index of this.#indexes.values()) index.remove(place, known.values);
  }

  /** Places of the records with these values in these fields; a null is equal to nothing. */
  find(fields: readonly string[], values: Row): ReadonlySet<number> {
    if (values.includes(null)) return nowhere;
    return this.#index(fields).find(recordKey(values));
  }

  #index(fields: readonly string[]): FieldIndex {
    const name = fields.join('\0');
    const known = this.#indexes.get(name);
    if (known) return known;
    const index = new FieldIndex(fields.map((field) => placeOf(this.relation, field)));
    for (const [place, { values }] of this.records) index.add(place, values);
    this.#indexes.set(name, index);
    return index;
  }
}

const nowhere: ReadonlySet<number> = new Set();

class FieldIndex {
  readonly #at: readonly number[];
  readonly #places = new Map<string, Set<number>>();

  constructor(at: readonly number[]) {
    this.#at = at;
  }

  find(key: string): ReadonlySet<number> {
    return this.#places.get(key) ?? nowhere;
  }

  add(place: number, values: Row): void {
    const key = this.#keyOf(values);
    const known = this.#places.get(key);
    if (known) known.add(place);
    else this.#places.set(key, new Set([place]));
  }

  remove(place: number, values: Row): void {
    this.#places.get(this.#keyOf(values))?.delete(place);
  }

  #keyOf(values: Row): string {
    return recordKey(this.#at.map((at) => values[at] ?? null));
  }
}

export function placeOf(relation: Relation, field: string): number {
  const at = relation.fields.findIndex(({ name }) => name === field);
  if (at < 0) throw new RangeError(`${relation.name} has no field ${field}`);
  return at;
}

/** The values of some fields of a record. */
export function valuesOf(relation: Relation, fields: readonly string[], values: Row): Row {
  return fields.map((field) => values[placeOf(relation, field)] ?? null);
}

export function sameValues(a: Row, b: Row): boolean {
  return a.length === b.length && recordKey(a) === recordKey(b);
}
