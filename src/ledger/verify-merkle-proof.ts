import { nodeHash } from './merkle-tree.ts';

/** True when the leaf stands at that place of the tree with this root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size, leaf, proof, root } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const part of proof) {
    if (last === 0 || part.length !== 32) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(part, hash);
      for (; node % 2 === 0 && node !== 0; last = half(last)) node = half(node);
    } else {
      hash = nodeHash(hash, part);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equal(hash, root);
}

export interface InclusionClaim {
  /** Counted from 0. */
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** True when the tree with the second root begins with the whole tree with the first one (RFC 9162, 2.1.4.2). */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { firstSize, secondSize, firstRoot, secondRoot, proof } = claim;
  if (!Number.isSafeInteger(secondSize) || firstSize < 0 || firstSize > secondSize) return false;
  if (firstSize === secondSize) return proof.length === 0 && equal(firstRoot, secondRoot);
  if (firstSize === 0) return proof.length === 0;
  const path = isPowerOfTwo(firstSize) ? [firstRoot, ...proof] : proof;
  return climb(claim, path);
}

export interface ConsistencyClaim {
  readonly firstSize: number;
  readonly secondSize: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

function climb(claim: ConsistencyClaim, [start, ...path]: readonly Uint8Array[]): boolean {
  if (start === undefined || claim.proof.some(({ length }) => length !== 32)) return false;
  let node = claim.firstSize - 1;
  let last = claim.secondSize - 1;
  for (; node % 2 === 1; last = half(last)) node = half(node);
  let first = start;
  let second = start;
  for (const part of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      first = nodeHash(part, first);
      second = nodeHash(part, second);
      for (; node % 2 === 0 && node !== 0; last = half(last)) node = half(node);
    } else {
      second = nodeHash(second, part);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equal(first, claim.firstRoot) && equal(second, claim.secondRoot);
}

const half = (value: number): number => Math.floor(value / 2);

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
