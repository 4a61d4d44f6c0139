import { SeededChoice } from '../../demo/seeded-choice.ts';
import type { Random } from '../../src/host/index.ts';

/** Everything that chance decides in a world, from one seed. */
export class Draw extends SeededChoice implements Random {
  /** From `least` up to and including `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** A choice of its own, so that what is drawn there changes nothing here. */
  branch(): Draw {
    return new Draw(this.below(2 ** 32));
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  uuid(): string {
    const part = (): string =>
      this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return `${part()}-${part()}-${part()}-${part()}`;
  }
}
