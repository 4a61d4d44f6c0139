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

  append(leaf: Uint8Array): void {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#roots.pop();
      if (left === undefined) throw new RangeError('a full subtree is missing');
      node = nodeHash(left, node);
    }
    this.#roots.push(node);
    this.#size += 1;
  }

  root(): Uint8Array {
    return this.#size === 0 ? sha256Bytes() : this.#roots.reduceRight((right, left) => nodeHash(left, right));
  }
}
