import type { Trait } from '../model/index.ts';

const plain = /^[-+]?\d+(?:[.,]\d+)?$/;
const grouped = /^[-+]?\d{1,3}(?:([.,' \u00a0])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/;
const sign = /^(?:[$€£¥]|[A-Z]{3} ?(?=[-\d]))\s?|\s?(?:[$€£¥%]| [A-Z]{3})$/g;

/** Counts texts that are numbers, and among them what keeps them from being read as numbers without a thought. */
export class NumberCensus {
  #numbers = 0;
  #leadingZeros = 0;
  #decorated = 0;
  #commas = 0;
  #points = 0;
  #example = '';

  add(text: string, weight: number, digits: number): void {
    if (digits === 0 || text.length > 40) return;
    const trimmed = text.trim();
    const isPlain = plain.test(trimmed);
    if (!isPlain && !isDecorated(trimmed)) return;
    if (this.#numbers === 0) this.#example = text;
    this.#numbers += weight;
    if (/^[-+]?0\d/.test(trimmed)) this.#leadingZeros += weight;
    if (!isPlain) this.#decorated += weight;
    if (/,\d{1,2}$/.test(trimmed)) this.#commas += weight;
    else if (/\.\d{1,2}$/.test(trimmed)) this.#points += weight;
  }

  /** Told when most values are numbers. Digits with leading zeros are names (postcodes, article numbers), not numbers. */
  trait(filled: number, shown: (text: string) => string): Trait[] {
    if (this.#numbers === 0 || this.#numbers * 2 < filled || this.#leadingZeros * 10 >= this.#numbers)
      return [];
    const notes: string[] = [];
    if (filled > this.#numbers) notes.push(`${filled - this.#numbers} other values are none`);
    if (this.#leadingZeros > 0) notes.push(`${this.#leadingZeros} with leading zeros`);
    if (this.#decorated > 0) notes.push(`${this.#decorated} with separators, signs or currencies`);
    if (this.#commas > 0)
      notes.push(
        `${this.#commas} with a decimal comma${this.#points > 0 ? `, ${this.#points} with a point` : ''}`,
      );
    return [
      {
        kind: 'number-in-text',
        count: String(this.#numbers),
        example: shown(this.#example),
        note: notes.length > 0 ? notes.join('; ') : null,
      },
    ];
  }
}

function isDecorated(text: string): boolean {
  const bare = text.replace(sign, '');
  return grouped.test(bare) || (bare !== text && plain.test(bare));
}
