import { shapeOf, valueFault } from '../faults.ts';
import {
  characterAt,
  type FieldNode,
  isSeparator,
  isSpace,
  type PatternField,
  type PatternNode,
} from './date-pattern.ts';

/**
 * The place in a text that is read by a format, and the steps over it. Until FX stands in the format blanks are skipped
 * freely, and what was skipped too much is remembered, so that quoted text does not skip it again.
 */
export class PatternCursor {
  readonly #text: string;
  at = 0;
  exact = false;
  /** Characters skipped beyond what the format says. */
  extra = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.at);
  }

  get next(): string {
    return this.#text.charAt(this.at);
  }

  get before(): string {
    return this.#text.charAt(this.at - 1);
  }

  skipSpaces(): void {
    while (isSpace(this.next)) {
      this.at += 1;
      this.extra += 1;
    }
  }

  skipCharacter(): void {
    if (!this.ended) this.at += characterAt(this.#text, this.at).length;
  }

  /** A separator of the format stands for one of the text, if there is one; quoted text for as many characters. */
  passText(kind: 'text' | 'space' | 'separator'): void {
    if (this.exact) {
      this.skipCharacter();
    } else if (kind === 'text') {
      if (this.extra > 0) this.extra -= 1;
      else this.skipCharacter();
    } else if (isSpace(this.next) || isSeparator(this.next)) this.at += 1;
    else this.extra -= 1;
  }

  /** Which of the words stands here, in any case. */
  choose(words: readonly string[], node: FieldNode): number {
    const rest = this.#text.slice(this.at, this.at + 12).toLowerCase();
    const found = words.findIndex((word) => rest.startsWith(word.toLowerCase()));
    if (found < 0) throw valueFault('22007', `no value for ${node.name} at ${shapeOf(rest)}`);
    this.at += words[found]?.length ?? 0;
    return found;
  }

  /** @param open the number may be longer or shorter than its field: FM, or no digit can follow */
  integer(node: FieldNode, open: boolean, width: number): { value: number; length: number } {
    const from = this.at;
    while (isSpace(this.next)) this.at += 1;
    const source = open ? this.rest : this.rest.slice(0, width);
    if (!open && source.length < width) throw valueFault('22007', `too few characters for ${node.name}`);
    const digits = /^\s*[-+]?\d+/.exec(source)?.[0] ?? '';
    if (!open && digits.length > 0 && digits.length < width)
      throw valueFault('22007', `${shapeOf(source)} is not a value of ${node.name}`);
    this.at = open && digits === '' ? from : this.at + digits.length;
    if (this.at === from) throw valueFault('22007', `no number for ${node.name}`);
    const value = Number(digits);
    if (value > 2_147_483_647 || value < -2_147_483_648)
      throw valueFault('22008', `the value for ${node.name} is out of range`);
    return { value, length: this.at - from };
  }
}

/** Fields that begin with something else than a digit: before them a number may be longer than its width. */
const notDigits: ReadonlySet<PatternField> = new Set<PatternField>([
  'A.D.',
  'AD',
  'A.M.',
  'AM',
  'DAY',
  'DY',
  'FX',
  'MONTH',
  'MON',
  'OF',
  'RM',
  'TZH',
  'TZ',
]);

/** Nothing that could be a digit follows: the number may be longer than its field. */
export function isOpenEnded(node: FieldNode, next: PatternNode | undefined): boolean {
  if (node.fill || node.ordinal !== '' || next === undefined) return true;
  return next.kind === 'field' ? notDigits.has(next.field) : !/^\d$/.test(next.text);
}
