import { DistinctSketch } from './distinct-sketch.ts';

/**
 * Counts the values of one field in bounded memory. As long as there are few different ones, each is kept with its count;
 * when there are too many, everything known is handed over to `observe` with its weight, and from then on each value is,
 * except the ones that are frequent, which are still counted in one place.
 *
 * Invariants: 1. `observe` sees every value with its full weight, once, whatever order they came in. 2. exact as long as
 * `exact` says so; after that the counts of values that became frequent late are lower bounds.
 */
export interface CensusValue {
  readonly text: string;
  count: number;
}

export interface CensusLimits {
  readonly distinctMax: number;
  readonly charactersMax: number;
}

/** Looks at one value that was there `weight` times, and answers with its two hashes through `scan`. */
export interface ValueObserver {
  observe(text: string, weight: number): void;
  readonly hashA: number;
  readonly hashB: number;
}

const frequentMax = 64;
const cells = 16_384;

export class FieldCensus {
  readonly #limits: CensusLimits;
  readonly #observer: ValueObserver;
  #known = new Map<string, CensusValue>();
  #characters = 0;
  #sketch: DistinctSketch | null = null;
  #cells: Uint32Array = new Uint32Array(0);
  #values = 0;
  #frequentFrom = 256;

  constructor(limits: CensusLimits, observer: ValueObserver) {
    this.#limits = limits;
    this.#observer = observer;
  }

  get exact(): boolean {
    return this.#sketch === null;
  }

  get distinct(): number {
    return this.#sketch?.estimate() ?? this.#known.size;
  }

  add(text: string): void {
    const known = this.#known.get(text);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#sketch !== null) {
      this.#pass(this.#sketch, text);
      return;
    }
    this.#known.set(text, { text, count: 1 });
    this.#characters += text.length;
    const { distinctMax, charactersMax } = this.#limits;
    if (this.#known.size > distinctMax || this.#characters > charactersMax) this.#overflow();
  }

  /** Hands everything that is still only counted to the observer; call once, at the end. */
  finish(): void {
    for (const { text, count } of this.#known.values()) this.#observer.observe(text, count);
  }

  /** Most frequent first; equal counts in code unit order. All of them when exact. */
  frequent(): CensusValue[] {
    return [...this.#known.values()].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  }

  /** Keeps the values that are frequent already, lets go of the others. */
  #overflow(): void {
    const sketch = new DistinctSketch();
    this.#sketch = sketch;
    this.#cells = new Uint32Array(cells);
    const byCount = this.frequent();
    const kept = byCount.slice(0, frequentMax).filter(({ count }) => count >= 8);
    this.#known = new Map(kept.map((value) => [value.text, value]));
    for (const { text, count } of byCount) {
      this.#observer.observe(text, this.#known.has(text) ? 0 : count);
      sketch.add(this.#observer.hashA, this.#observer.hashB);
    }
  }

  #pass(sketch: DistinctSketch, text: string): void {
    const observer = this.#observer;
    observer.observe(text, 1);
    sketch.add(observer.hashA, observer.hashB);
    this.#values += 1;
    const cell = observer.hashB % cells;
    const seen = (this.#cells[cell] as number) + 1;
    this.#cells[cell] = seen;
    if (seen > this.#frequentFrom) this.#promote(text, cell);
  }

  /** Many values fell into this cell: the one that is here now is likely the frequent one, and is counted from now on. */
  #promote(text: string, cell: number): void {
    this.#cells[cell] = 0;
    this.#frequentFrom = Math.max(256, Math.ceil(this.#values / 256));
    if (this.#known.size < frequentMax * 4) this.#known.set(text, { text, count: 0 });
  }
}
