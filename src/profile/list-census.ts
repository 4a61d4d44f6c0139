import type { Trait } from '../model/index.ts';

const tokensMax = 2_000;
const tokenCharactersMax = 40;
const separators = [';', '|', ','] as const;

/**
 * Finds lists hidden in text: `red; green` or `a@x.org,b@x.org`. Separated parts alone do not make a list (`Springfield,
 * IL`, `Lee, Ann`): the same words must stand in the first place and in later ones, or every part must be an address.
 */
export class ListCensus {
  readonly #candidates = separators.map((separator) => new SeparatorCensus(separator));
  readonly #whole = new Set<string>();

  add(text: string, weight: number): void {
    if (text.length > 2_000) return;
    let separated = false;
    for (const candidate of this.#candidates) separated = candidate.add(text, weight) || separated;
    if (!separated && this.#whole.size < tokensMax && text.length <= tokenCharactersMax)
      this.#whole.add(text);
  }

  trait(shown: (text: string) => string): Trait[] {
    const found = this.#candidates.filter((candidate) => candidate.isList(this.#whole));
    const [best] = found.sort((a, b) => b.lists - a.lists);
    if (best === undefined) return [];
    const note = `separated by ${JSON.stringify(best.separator)}, up to ${best.partsMax} parts`;
    return [{ kind: 'list-in-text', count: String(best.lists), example: shown(best.example), note }];
  }
}

class SeparatorCensus {
  readonly separator: string;
  readonly #first = new Set<string>();
  readonly #later = new Set<string>();
  #addresses = 0;
  lists = 0;
  partsMax = 0;
  example = '';

  constructor(separator: string) {
    this.separator = separator;
  }

  /** True when the text falls into parts that could be a list's. */
  add(text: string, weight: number): boolean {
    if (!text.includes(this.separator)) return false;
    const parts = text.split(this.separator).map((part) => part.trim());
    if (
      parts.length < 2 ||
      parts.some((part) => part === '' || part.length > tokenCharactersMax || words(part) > 3)
    ) {
      return false;
    }
    if (this.lists === 0) this.example = text;
    this.lists += weight;
    this.partsMax = Math.max(this.partsMax, parts.length);
    if (parts.every(isAddress)) this.#addresses += weight;
    this.#remember(parts);
    return true;
  }

  isList(whole: ReadonlySet<string>): boolean {
    if (this.lists === 0) return false;
    if (this.#addresses === this.lists) return true;
    if (this.lists < 2) return false;
    const all = new Set([...this.#first, ...this.#later]);
    const both = [...all].filter(
      (token) => this.#later.has(token) && (this.#first.has(token) || whole.has(token)),
    );
    return both.length >= 2 && both.length * 4 >= all.size;
  }

  #remember([first = '', ...later]: readonly string[]): void {
    if (this.#first.size < tokensMax) this.#first.add(first);
    for (const part of later) if (this.#later.size < tokensMax) this.#later.add(part);
  }
}

function words(part: string): number {
  return part.split(/\s+/).length;
}

function isAddress(part: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(part) || /^https?:\/\/\S+$/i.test(part);
}
