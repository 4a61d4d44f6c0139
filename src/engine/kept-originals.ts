import type { Snapshot } from '../connectors/index.ts';
import {
  keyValues,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type Value,
} from '../model/index.ts';
import type { KeptOriginal } from './journal/quarantine-entry.ts';

/** Keys for one `fetch`: the port's limit. */
const keysPerFetch = 1_000;

/**
 * The source rows of the slice under way, for the few that the target will refuse. Batches are kept as they are (a
 * reference costs nothing, an index by key would cost every record) up to a budget; what is beyond is read again by key.
 */
export class KeptOriginals {
  readonly #relation: Relation;
  readonly #bytesMax: number;
  readonly #identityAt: readonly number[];
  readonly #batches: RecordBatch[] = [];
  #bytes = 0;

  constructor(relation: Relation, bytesMax: number) {
    this.#relation = relation;
    this.#bytesMax = bytesMax;
    this.#identityAt = identityPlaces(relation);
  }

  keep(batch: RecordBatch): void {
    if (this.#bytes >= this.#bytesMax) return;
    this.#batches.push(batch);
    for (const row of batch.rows) this.#bytes += roughBytes(row);
  }

  /** The originals of these keys; one that is nowhere any more is said to be gone. */
  async find(keys: readonly RecordKey[], snapshot: Snapshot): Promise<ReadonlyMap<RecordKey, KeptOriginal>> {
    const wanted = new Set(keys);
    const found = new Map<RecordKey, KeptOriginal>();
    for (const batch of this.#batches) this.#pick(batch, wanted, found);
    const missing = [...wanted].map((key) => keyValues(key));
    for (let at = 0; at < missing.length; at += keysPerFetch) {
      const part = missing.slice(at, at + keysPerFetch);
      for await (const batch of snapshot.fetch(this.#relation, this.#relation.identity, part))
        this.#pick(batch, wanted, found);
    }
    for (const key of wanted) found.set(key, { kind: 'gone' });
    return found;
  }

  #pick(batch: RecordBatch, wanted: Set<RecordKey>, found: Map<RecordKey, KeptOriginal>): void {
    if (wanted.size === 0) return;
    for (const row of batch.rows) {
      const key = keyAt(row, this.#identityAt);
      if (wanted.delete(key)) found.set(key, { kind: 'row', fields: batch.fields, row });
    }
  }
}

/** Places of the identity's fields in a row of this relation. */
export function identityPlaces(relation: Relation): readonly number[] {
  return relation.identity.map((name) => relation.fields.findIndex((field) => field.name === name));
}

export function keyAt(row: Row, places: readonly number[]): RecordKey {
  return recordKey(places.map((place) => row[place] ?? null));
}

/** Near enough for a budget: two bytes a character is the most a JavaScript text takes. */
function roughBytes(row: Row): number {
  let bytes = 64;
  for (const value of row) bytes += 16 + roughValueBytes(value);
  return bytes;
}

function roughValueBytes(value: Value): number {
  if (typeof value === 'string') return value.length * 2;
  if (value instanceof Uint8Array) return value.length;
  return Array.isArray(value) ? roughBytes(value) : 0;
}
