import type { Trait } from '../model/index.ts';

interface Tallied {
  count: number;
  readonly example: string;
}

/** Counts how many values have each trait, with the first value that had it. */
export class TraitTally {
  readonly #tallied = new Map<Trait['kind'], Tallied>();

  add(kind: Trait['kind'], weight: number, example: string): void {
    const tallied = this.#tallied.get(kind);
    if (tallied === undefined) this.#tallied.set(kind, { count: weight, example });
    else tallied.count += weight;
  }

  count(kind: Trait['kind']): number {
    return this.#tallied.get(kind)?.count ?? 0;
  }

  /** In the order of `traitOrder`, whatever was met first. */
  traits(shown: (text: string) => string): Trait[] {
    return traitOrder.flatMap((kind) => {
      const tallied = this.#tallied.get(kind);
      if (tallied === undefined || tallied.count === 0) return [];
      return [{ kind, count: String(tallied.count), example: shown(tallied.example), note: null }];
    });
  }
}

const traitOrder: readonly Trait['kind'][] = [
  'untrimmed',
  'doubled-spaces',
  'case-variants',
  'encoding-damage',
  'json-in-text',
  'list-in-text',
  'number-in-text',
  'date-in-text',
  'mixed-date-styles',
  'impossible-date',
  'zoneless-instant',
  'control-characters',
  'replacement-characters',
  'wrong-type',
];

export function inTraitOrder(traits: readonly Trait[]): Trait[] {
  return [...traits].sort((a, b) => traitOrder.indexOf(a.kind) - traitOrder.indexOf(b.kind));
}
