/**
 * A set of record keys in 8 to 16 bytes each, for predictions over millions of records: keys are remembered by 52 bits of
 * hash. With ten million keys a key that is not in the set is taken for one that is about twice in a thousand million
 * questions; so what rests on it is said before a run, and decided exactly during the run.
 */
export class KeySet {
  #slots = new Float64Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(key: string): void {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    if (this.#insert(this.#slots, hash52(key))) this.#size += 1;
  }

  has(key: string): boolean {
    const hash = hash52(key);
    return this.#slots[find(this.#slots, hash)] === hash;
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) this.#insert(slots, hash);
    this.#slots = slots;
  }

  #insert(slots: Float64Array, hash: number): boolean {
    const place = find(slots, hash);
    if (slots[place] === hash) return false;
    slots[place] = hash;
    return true;
  }
}

/** The place of a hash, or the empty place where it belongs. The number of slots is a power of two. */
function find(slots: Float64Array, hash: number): number {
  let place = (hash % 0x8000_0000) & (slots.length - 1);
  while (slots[place] !== 0 && slots[place] !== hash) place = (place + 1) & (slots.length - 1);
  return place;
}

/** Two murmur-like streams over the text's UTF-16 units, 26 bits of each; never 0, which marks an empty place. */
function hash52(text: string): number {
  let a = 0x9747b28c;
  let b = 0x1b873593;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    a ^= a >>> 13;
    b = Math.imul(b ^ unit, 0xc2b2ae35);
    b ^= b >>> 16;
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) >>> 0;
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35) >>> 0;
  return (a >>> 6) * 0x400_0000 + (b >>> 6) + 1;
}
