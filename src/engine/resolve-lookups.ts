import type { Environment, Transform } from '../expressions/index.ts';
import type { RecordKey, Row, Value } from '../model/index.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/** Keys asked for in one call to the target. */
const keysPerCall = 3_000;

/**
 * New ids for old ones, asked for a whole batch at once and remembered.
 *
 * Invariants: 1. at most `cachedMax` ids are kept for each object; the least recently used goes first. 2. an id that is
 * missing is not remembered as missing: it may come. 3. what a batch needs is there while the batch is transformed,
 * whatever the cache forgets.
 */
export class LookupCache {
  readonly #kept = new Map<string, Map<RecordKey, Value>>();
  readonly #cachedMax: number;

  constructor(cachedMax: number) {
    this.#cachedMax = cachedMax;
  }

  /** After an attempt that was rolled back: what it saw may never have been. */
  forget(): void {
    this.#kept.clear();
  }

  /** The answers for one batch, as the environment its rows are transformed in. */
  async environmentFor(
    rows: readonly Row[],
    transform: Transform,
    ask: { readonly run: string; readonly target: WarrantedTarget; readonly mask: (text: string) => string },
  ): Promise<Environment> {
    const answers = new Map<string, Map<RecordKey, Value>>();
    for (const [object, keys] of wantedKeys(rows, transform)) {
      answers.set(object, await this.#answer(object, keys, ask));
    }
    return { lookup: (object, key) => answers.get(object)?.get(key), mask: ask.mask };
  }

  async #answer(
    object: string,
    keys: ReadonlySet<RecordKey>,
    ask: { readonly run: string; readonly target: WarrantedTarget },
  ): Promise<Map<RecordKey, Value>> {
    const kept = this.#kept.get(object) ?? new Map<RecordKey, Value>();
    this.#kept.set(object, kept);
    const answers = new Map<RecordKey, Value>();
    const missing: RecordKey[] = [];
    for (const key of keys) {
      const known = kept.get(key);
      if (known === undefined) missing.push(key);
      else this.#remember(kept, answers.set(key, known), key, known);
    }
    for (let at = 0; at < missing.length; at += keysPerCall) {
      const found = await ask.target.resolve(ask.run, object, missing.slice(at, at + keysPerCall));
      for (const [key, row] of found) this.#remember(kept, answers, key, idOf(row));
    }
    return answers;
  }

  #remember(kept: Map<RecordKey, Value>, answers: Map<RecordKey, Value>, key: RecordKey, value: Value): void {
    answers.set(key, value);
    kept.delete(key);
    kept.set(key, value);
    if (kept.size <= this.#cachedMax) return;
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      return;
    }
  }
}

/** A key of several fields is given as their list. */
function idOf(row: Row): Value {
  const [only] = row;
  return row.length === 1 && only !== undefined ? only : row;
}

function wantedKeys(rows: readonly Row[], transform: Transform): Map<string, Set<RecordKey>> {
  const wanted = new Map<string, Set<RecordKey>>();
  for (const lookup of transform.lookups) {
    const keys = wanted.get(lookup.object) ?? new Set();
    wanted.set(lookup.object, keys);
    for (const row of rows) for (const key of lookup.keys(row)) keys.add(key);
  }
  return wanted;
}
