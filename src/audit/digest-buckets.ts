import { hash } from 'node:crypto';

/**
 * Digests of a multiset of records that do not depend on their order: records fall into buckets by their key; each bucket
 * holds a count and the sum (mod 2^128) of its records' SHA-256. Sums, never XOR: a record twice on both sides must show.
 *
 * Invariants: 1. equal multisets give equal buckets. 2. memory depends on the number of buckets only: 20 bytes each.
 */
export const bucketCount = 65_536;
const lanes = 4;

export class DigestBuckets {
  readonly counts: Uint32Array = new Uint32Array(bucketCount);
  readonly #sums = new Uint32Array(bucketCount * lanes);
  #records = 0;

  get records(): number {
    return this.#records;
  }

  add(bucket: number, record: Uint8Array): void {
    const digest = hash('sha256', record, 'buffer');
    const base = bucket * lanes;
    let carry = 0;
    for (let lane = 0; lane < lanes; lane += 1) {
      const sum = (this.#sums[base + lane] ?? 0) + digest.readUInt32LE(lane * 4) + carry;
      this.#sums[base + lane] = sum;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.#records += 1;
  }

  /** Bytes that stand for one bucket: count and sum, little endian; a leaf of the evidence's Merkle tree. */
  leaf(bucket: number): Uint8Array {
    const leaf = new Uint8Array(4 + lanes * 4);
    const view = new DataView(leaf.buffer);
    view.setUint32(0, this.counts[bucket] ?? 0, true);
    for (let lane = 0; lane < lanes; lane += 1)
      view.setUint32(4 + lane * 4, this.#sums[bucket * lanes + lane] ?? 0, true);
    return leaf;
  }

  /** Buckets in which the two differ, in order. */
  difference(other: DigestBuckets): readonly number[] {
    const different: number[] = [];
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const base = bucket * lanes;
      let same = this.counts[bucket] === other.counts[bucket];
      for (let lane = 0; same && lane < lanes; lane += 1)
        same = this.#sums[base + lane] === other.#sums[base + lane];
      if (!same) different.push(bucket);
    }
    return different;
  }

  /** One digest over all buckets, hexadecimal SHA-256. */
  digest(): string {
    const all = Buffer.concat([Buffer.from(this.counts.buffer), Buffer.from(this.#sums.buffer)]);
    return hash('sha256', all, 'hex');
  }
}

/** FNV-1a over UTF-16 units, folded to 16 bits: spreads keys over buckets; nothing rests on it but balance. */
export function bucketOf(key: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    state ^= key.charCodeAt(at);
    state = Math.imul(state, 0x01000193);
  }
  return ((state >>> 16) ^ state) & (bucketCount - 1);
}
