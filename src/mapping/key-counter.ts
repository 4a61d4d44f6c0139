import { type KeyHash, startKeyHash } from './key-hash.ts';

/**
 * Counts how many keys were seen before, in memory that is known beforehand: an open-addressing set of 128-bit hashes in
 * one typed array, 16 bytes a slot, at most two thirds full.
 *
 * Invariants: 1. a key that was added before is always recognised. 2. a new key is taken for an old one with a probability
 * below n^2 / 2^129 (10 million keys: below 10^-24). 3. it never grows past `keysMax`; `uncounted` says how many keys went past it.
 */
export interface KeyCounter {
  /** True when the same key was added before. */
  add(key: string): boolean;
  has(key: string): boolean;
  /** Keys that could not be remembered because the limit was reached. */
  readonly uncounted: number;
}

export function createKeyCounter(keysMax: number, hash: KeyHash = startKeyHash()): KeyCounter {
  return new HashedKeyCounter(keysMax, hash);
}

const wordsPerSlot = 4;

class HashedKeyCounter implements KeyCounter {
  readonly #keysMax: number;
  readonly #hash: KeyHash;
  #slots = new Uint32Array(1024 * wordsPerSlot);
  #used = 0;
  uncounted = 0;

  constructor(keysMax: number, hash: KeyHash) {
    this.#keysMax = keysMax;
    this.#hash = hash;
  }

  add(key: string): boolean {
    this.#hash.of(key);
    const at = this.#find(this.#slots);
    if (at < 0) return true;
    if (this.#used >= this.#keysMax) {
      this.uncounted += 1;
      return false;
    }
    this.#put(this.#slots, at);
    this.#used += 1;
    if (this.#used * 3 > (this.#slots.length / wordsPerSlot) * 2) this.#grow();
    return false;
  }

  has(key: string): boolean {
    this.#hash.of(key);
    return this.#find(this.#slots) < 0;
  }

  /** The free slot for the current hash, or -1 when it is there already. */
  #find(slots: Uint32Array): number {
    const { a, b, c, d } = this.#hash;
    const mask = slots.length / wordsPerSlot - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const at = slot * wordsPerSlot;
      const present = slots[at + 3];
      if (present === 0) return at;
      if (present === d && slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return -1;
    }
  }

  #put(slots: Uint32Array, at: number): void {
    slots[at] = this.#hash.a;
    slots[at + 1] = this.#hash.b;
    slots[at + 2] = this.#hash.c;
    slots[at + 3] = this.#hash.d;
  }

  #grow(): void {
    const old = this.#slots;
    const grown = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      if (old[at + 3] === 0) continue;
      this.#hash.set(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0);
      this.#put(grown, this.#find(grown));
    }
    this.#slots = grown;
  }
}
