import { keyHash } from './digest-buckets.ts';

/**
 * Remembers which keys were added, in fixed memory: a Bloom filter (Bloom, CACM 13:7, 1970) of 8 MiB with four places a key.
 *
 * Invariant: a key that was added is always known. One that was not may be known too: about one in 80,000 beside a million
 * keys, one in 200 beside five million; whoever asks must be able to live with that.
 */
export class KeyFilter {
  readonly #bits = new Uint32Array(2 ** 21);

  add(key: string): void {
    for (const place of placesOf(key)) {
      const word = place >>> 5;
      this.#bits[word] = (this.#bits[word] as number) | (1 << (place & 31));
    }
  }

  mayHold(key: string): boolean {
    return placesOf(key).every((place) => ((this.#bits[place >>> 5] as number) & (1 << (place & 31))) !== 0);
  }
}

/** Double hashing (Kirsch and Mitzenmacher, 2006): two hashes give all places, of 26 bits each. */
function placesOf(key: string): readonly number[] {
  const first = keyHash(key);
  const second = mixed(first ^ keyHash(`${key.length}${key.slice(-8)}`)) | 1;
  return [0, 1, 2, 3].map((time) => mixed(first + Math.imul(time, second)) & (2 ** 26 - 1));
}

/** Finaliser of MurmurHash3 (public domain), 32 bits: every bit of the input moves every bit of the output. */
function mixed(value: number): number {
  let state = value | 0;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
