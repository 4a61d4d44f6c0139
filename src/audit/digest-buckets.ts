import { hash } from 'node:crypto';

/**
 * Digests of a multiset of records that do not depend on their order: records fall into buckets by their key; each bucket
 * holds a count and the sum (mod 2^128) of its records' SHA-256. Sums, never XOR: a record twice on both sides must show.
 *
 * Invariants: 1. equal multisets give equal buckets. 2. memory depends on the number of buckets only: 20 bytes each.
 * 3. `fold` gives exactly what digesting into fewer buckets would have given.
 */
export const bucketCount = 65_536;
const lanes = 4;

export class DigestBuckets {
  readonly size: number;
  readonly counts: Uint32Array;
  readonly #sums: Uint32Array;
  #records = 0;

  /** @param size a power of two, at most `bucketCount` */
  constructor(size: number = bucketCount) {
    this.size = size;
    this.counts = new Uint32Array(size);
    this.#sums = new Uint32Array(size * lanes);
  }

  get records(): number {
    return this.#records;
  }

  add(bucket: number, record: string | Uint8Array): void {
    // As text: making a Buffer of it costs more than the hash.
    const digest = hash('sha256', record, 'binary');
    const base = bucket * lanes;
    let carry = 0;
    for (let lane = 0; lane < lanes; lane += 1) {
      const sum = (this.#sums[base + lane] as number) + laneOf(digest, lane * 4) + carry;
      this.#sums[base + lane] = sum;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.#records += 1;
  }

  /** Takes back what `add` did. */
  remove(bucket: number, record: string | Uint8Array): void {
    const digest = hash('sha256', record, 'binary');
    const base = bucket * lanes;
    let borrow = 0;
    for (let lane = 0; lane < lanes; lane += 1) {
      const rest = (this.#sums[base + lane] as number) - laneOf(digest, lane * 4) - borrow;
      this.#sums[base + lane] = rest;
      borrow = rest < 0 ? 1 : 0;
    }
    this.counts[bucket] = (this.counts[bucket] as number) - 1;
    this.#records -= 1;
  }

  /** The same records in fewer buckets. */
  fold(size: number): DigestBuckets {
    const folded = new DigestBuckets(size);
    folded.#records = this.#records;
    for (let bucket = 0; bucket < this.size; bucket += 1) {
      const to = bucket & (size - 1);
      let carry = 0;
      for (let lane = 0; lane < lanes; lane += 1) {
        const place = to * lanes + lane;
        const sum = (folded.#sums[place] as number) + (this.#sums[bucket * lanes + lane] as number) + carry;
        folded.#sums[place] = sum;
        carry = sum > 0xffff_ffff ? 1 : 0;
      }
      folded.counts[to] = (folded.counts[to] as number) + (this.counts[bucket] as number);
    }
    return folded;
  }

  /** For each bucket its count and sum, little endian: the leaves of the evidence's Merkle tree. */
  leaves(): readonly Uint8Array[] {
    return Array.from(this.counts, (count, bucket) => {
      const leaf = new Uint8Array(4 + lanes * 4);
      const view = new DataView(leaf.buffer);
      view.setUint32(0, count, true);
      for (let lane = 0; lane < lanes; lane += 1)
        view.setUint32(4 + lane * 4, this.#sums[bucket * lanes + lane] as number, true);
      return leaf;
    });
  }

  /** Buckets in which the two differ, in order. */
  difference(other: DigestBuckets): readonly number[] {
    const different: number[] = [];
    for (let bucket = 0; bucket < this.size; bucket += 1) {
      const base = bucket * lanes;
      let same = this.counts[bucket] === other.counts[bucket];
      for (let lane = 0; same && lane < lanes; lane += 1)
        same = this.#sums[base + lane] === other.#sums[base + lane];
      if (!same) different.push(bucket);
    }
    return different;
  }

  /** One digest over all leaves, hexadecimal SHA-256. */
  digest(): string {
    return hash('sha256', Buffer.concat(this.leaves()), 'hex');
  }
}

/** Four bytes of a digest as a number, little endian. */
function laneOf(digest: string, at: number): number {
  return (
    (digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24)) >>>
    0
  );
}

/** FNV-1a over UTF-16 units, folded to 16 bits: spreads keys over buckets; nothing rests on it but balance. */
export function bucketOf(key: string): number {
  const state = keyHash(key);
  return ((state >>> 16) ^ state) & (bucketCount - 1);
}

/** FNV-1a over UTF-16 units, 32 bits. */
export function keyHash(key: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    state ^= key.charCodeAt(at);
    state = Math.imul(state, 0x01000193);
  }
  return state >>> 0;
}
