import { sha256Bytes } from '../host/index.ts';
import { nodeHash } from './merkle-tree.ts';

/**
 * The root of a growing tree without its leaves: only the roots of the full subtrees on its right edge, at most one for
 * each bit of the size. Gives the same root as `merkleRoot` over the same leaves.
 */
export class MerkleRange {
  readonly #roots: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A leaf, or the root of a full subtree of so many leaves, a power of two that divides the size so far. */
  append(root: Uint8Array, leaves = 1): void {
    if (this.#size % leaves !== 0) throw new RangeError(`${leaves} leaves cannot stand behind ${this.#size}`);
    let node = root;
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#roots.pop();
      if (left === undefined) throw new RangeError('a full subtree is missing');
      node = nodeHash(left, node);
    }
    this.#roots.push(node);
    this.#size += leaves;
  }

  root(): Uint8Array {
    return this.#size === 0 ? sha256Bytes() : this.#roots.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Leaves of the largest full subtree that may stand behind so many, and goes no further than `to`. */
export function leavesOfNextSubtree(size: number, to: number): number {
  let leaves = 1;
  while (size % (leaves * 2) === 0 && size + leaves * 2 <= to) leaves *= 2;
  return leaves;
}
