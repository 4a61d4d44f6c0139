import type { RecordKey } from '../../model/index.ts';

/** Above this many records no index of keys is kept: a fetch then reads the file. */
export const indexedRecordsMax = 4_000_000;

/**
 * On which lines records with a certain key may start: chains of line numbers by a hash of the key, 12 bytes a record and
 * two for each bucket. A line it names may belong to another key; one it does not name does not.
 */
export class KeyIndex {
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #lines: Float64Array;
  readonly #mask: number;
  #used = 0;

  constructor(records: number) {
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(16, records)));
    this.#heads = new Int32Array(buckets).fill(-1);
    this.#next = new Int32Array(records);
    this.#lines = new Float64Array(records);
    this.#mask = buckets - 1;
  }

  add(key: RecordKey, line: number): void {
    const bucket = hashOf(key) & this.#mask;
    this.#lines[this.#used] = line;
    this.#next[this.#used] = this.#heads[bucket] as number;
    this.#heads[bucket] = this.#used;
    this.#used += 1;
  }

  /** The lines to look at for these keys, each once, ascending. */
  linesOf(keys: Iterable<RecordKey>): number[] {
    const lines = new Set<number>();
    for (const key of keys) {
      let at = this.#heads[hashOf(key) & this.#mask] as number;
      for (; at >= 0; at = this.#next[at] as number) lines.add(this.#lines[at] as number);
    }
    return [...lines].sort((a, b) => a - b);
  }
}

function hashOf(key: RecordKey): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
