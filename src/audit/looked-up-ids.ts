import type { Environment, Transform } from '../expressions/index.ts';
import type { RecordKey, Row, Value } from '../model/index.ts';
import type { IdSource } from './audited-relation.ts';

const keysPerCall = 3_000;
const keptMax = 100_000;

/**
 * New ids for old ones, asked for a whole batch at once; ids asked for before are remembered, also those that are missing:
 * during one look at both sides nothing new is expected to come.
 *
 * Invariants: 1. at most `keptMax` ids are remembered for each object, or one batch's. 2. a batch finds all it asks for.
 */
export class LookedUpIds {
  readonly #ids: IdSource;
  readonly #known = new Map<string, Map<RecordKey, Value | undefined>>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  async environmentFor(rows: readonly Row[], transform: Transform): Promise<Environment> {
    for (const [object, keys] of keysWanted(rows, transform)) await this.#learn(object, keys);
    return {
      lookup: (object, key) => this.#known.get(object)?.get(key),
      mask: (text) => this.#ids.mask(text),
    };
  }

  async #learn(object: string, keys: ReadonlySet<RecordKey>): Promise<void> {
    const before = this.#known.get(object) ?? new Map<RecordKey, Value | undefined>();
    const unknown = [...keys].filter((key) => !before.has(key));
    const fits = before.size + unknown.length <= keptMax;
    const known = fits ? before : new Map<RecordKey, Value | undefined>();
    const asked = fits ? unknown : [...keys];
    this.#known.set(object, known);
    for (let at = 0; at < asked.length; at += keysPerCall) {
      const part = asked.slice(at, at + keysPerCall);
      const found = await this.#ids.resolve(object, part);
      for (const key of part) known.set(key, found.get(key)?.[0]);
    }
  }
}

function keysWanted(rows: readonly Row[], transform: Transform): ReadonlyMap<string, ReadonlySet<RecordKey>> {
  const wanted = new Map<string, Set<RecordKey>>();
  for (const lookup of transform.lookups) {
    const all = wanted.get(lookup.object) ?? new Set<RecordKey>();
    wanted.set(lookup.object, all);
    for (const row of rows) for (const key of lookup.keys(row)) all.add(key);
  }
  return wanted;
}
