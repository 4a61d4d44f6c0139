/** A reproducible source of choices for generated tests; the seed is printed and can be set again with GODWIT_SEED. */
export class Draw {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  static fromEnvironment(): Draw {
    const given = Number(process.env['GODWIT_SEED']);
    return new Draw(
      Number.isInteger(given) && given > 0 ? given : Math.floor(Date.now() / 1000) % 1_000_000_007,
    );
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)] as Item;
  }

  many<Item>(count: number, make: () => Item): Item[] {
    return Array.from({ length: count }, make);
  }
}

/** Cases for each function: `quick` by default, at least `full` when GODWIT_PROVE is set. */
export function casesPerFunction(quick: number, full: number): number {
  return process.env['GODWIT_PROVE'] === undefined ? quick : full;
}
