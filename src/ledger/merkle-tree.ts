import { sha256Bytes } from '../host/index.ts';

/**
 * The Merkle tree of RFC 6962, section 2.1: a leaf is SHA-256(0x00 || line), a node SHA-256(0x01 || left || right), and the
 * left part of every node is the largest power of two that leaves something for the right.
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return leaves.length === 0 ? sha256Bytes() : rootOf(leaves, 0, leaves.length);
}

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

export function leafHash(content: Uint8Array): Uint8Array {
  return sha256Bytes(leafMark, content);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256Bytes(nodeMark, left, right);
}

/** Roots of parts that were computed before, for many proofs of one tree; each tree its own. */
export type KnownRoots = Map<number, Uint8Array>;

function rootOf(leaves: readonly Uint8Array[], from: number, to: number, known?: KnownRoots): Uint8Array {
  if (to - from === 1) return leafAt(leaves, from);
  const name = from * (leaves.length + 1) + to;
  const kept = known?.get(name);
  if (kept !== undefined) return kept;
  const middle = from + leftSize(to - from);
  const root = nodeHash(rootOf(leaves, from, middle, known), rootOf(leaves, middle, to, known));
  known?.set(name, root);
  return root;
}

/** The largest power of two smaller than the size; sizes here are above 1. */
function leftSize(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

function leafAt(leaves: readonly Uint8Array[], index: number): Uint8Array {
  const leaf = leaves[index];
  if (leaf === undefined) throw new RangeError(`leaf ${index} of ${leaves.length}`);
  return leaf;
}

/** RFC 6962, 2.1.1: what a holder of one leaf needs to compute the root, from the leaf upwards. */
export function inclusionProof(
  leaves: readonly Uint8Array[],
  index: number,
  known?: KnownRoots,
): readonly Uint8Array[] {
  leafAt(leaves, index);
  const proof: Uint8Array[] = [];
  let from = 0;
  let to = leaves.length;
  while (to - from > 1) {
    const middle = from + leftSize(to - from);
    if (index < middle) {
      proof.push(rootOf(leaves, middle, to, known));
      to = middle;
    } else {
      proof.push(rootOf(leaves, from, middle, known));
      from = middle;
    }
  }
  return proof.reverse();
}

/** RFC 6962, 2.1.2: what shows that the first `size` leaves are still the beginning of all of them. */
export function consistencyProof(leaves: readonly Uint8Array[], size: number): readonly Uint8Array[] {
  if (size < 0 || size > leaves.length) throw new RangeError(`size ${size} of ${leaves.length}`);
  return size === 0 ? [] : subproof(leaves, 0, leaves.length, size, true);
}

function subproof(
  leaves: readonly Uint8Array[],
  from: number,
  to: number,
  size: number,
  whole: boolean,
): Uint8Array[] {
  if (size === to - from) return whole ? [] : [rootOf(leaves, from, to)];
  const left = leftSize(to - from);
  const middle = from + left;
  return size <= left
    ? [...subproof(leaves, from, middle, size, whole), rootOf(leaves, middle, to)]
    : [...subproof(leaves, middle, to, size - left, false), rootOf(leaves, from, middle)];
}
