import { compareCodePoints } from './compare-values.ts';
import type { TextScan } from './text-scan.ts';

interface CountedShape {
  readonly pattern: string;
  count: number;
}

const shapesMax = 1_024;

/** Counts the shapes of values; past 1,024 different ones, shapes that were met once or twice make room for new ones. */
export class ShapeCensus {
  readonly #shapes = new Map<number, CountedShape>();
  #rareUpTo = 0;

  add(scan: TextScan, weight: number): void {
    const known = this.#shapes.get(scan.shapeKey);
    if (known !== undefined) {
      known.count += weight;
      return;
    }
    if (this.#shapes.size >= shapesMax) this.#makeRoom();
    this.#shapes.set(scan.shapeKey, { pattern: scan.shape(), count: weight });
  }

  /** Most frequent first. */
  frequent(): readonly CountedShape[] {
    return [...this.#shapes.values()]
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || compareCodePoints(a.pattern, b.pattern));
  }

  #makeRoom(): void {
    this.#rareUpTo += 1;
    for (const [key, { count }] of this.#shapes) if (count <= this.#rareUpTo) this.#shapes.delete(key);
    while (this.#shapes.size > shapesMax / 2) {
      this.#rareUpTo *= 2;
      for (const [key, { count }] of this.#shapes) if (count <= this.#rareUpTo) this.#shapes.delete(key);
    }
  }
}
