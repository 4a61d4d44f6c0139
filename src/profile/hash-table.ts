/** 64-bit hashes in one typed array, each with a small mark; open addressing, at most half full. */
export class HashTable {
  readonly #slots: Uint32Array;
  readonly #marks: Uint8Array;
  readonly #mask: number;

  constructor(keys: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, keys * 2)));
    this.#slots = new Uint32Array(size * 2);
    this.#marks = new Uint8Array(size);
    this.#mask = size - 1;
  }

  get size(): number {
    return this.#mask + 1;
  }

  /** The slot of this hash, made when it is not there. The second half is never 0. */
  put(hash: Uint32Array): number {
    const slot = this.#find(hash);
    this.#slots[slot * 2] = hash[0] as number;
    this.#slots[slot * 2 + 1] = hash[1] as number;
    return slot;
  }

  has(hash: Uint32Array): boolean {
    return this.#slots[this.#find(hash) * 2 + 1] !== 0;
  }

  /** How often the slot was marked before, up to 255. */
  mark(slot: number): number {
    const before = this.#marks[slot] as number;
    if (before < 255) this.#marks[slot] = before + 1;
    return before;
  }

  marks(hash: Uint32Array): number {
    return this.#marks[this.#find(hash)] as number;
  }

  #find(hash: Uint32Array): number {
    const [a = 0, b = 0] = hash;
    let slot = (a ^ Math.imul(b, 0x9e3779b1)) & this.#mask;
    for (;;) {
      const held = this.#slots[slot * 2 + 1];
      if (held === 0 || (held === b && this.#slots[slot * 2] === a)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
