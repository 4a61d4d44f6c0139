import { valueFault } from '../faults.ts';
import { versionsDiffer } from './faults.ts';
import { type NumberNode, type NumberPattern, numberPattern } from './number-pattern.ts';

/** to_number(text, format): a decimal's text; null for an empty format. */
export function readNumberWithPattern(text: string, format: string): string | null {
  if (format === '') return null;
  const pattern = numberPattern(format);
  if (pattern.flags.has('scientific')) throw valueFault('0A000', 'EEEE cannot be read, only written');
  if (pattern.flags.has('roman'))
    throw versionsDiffer('to_number reads RN since PostgreSQL 18 only', 'Use a value map.');
  if (pattern.flags.has('multi'))
    throw versionsDiffer(
      'the scale of to_number with V changed in PostgreSQL 16',
      'Read without V and divide.',
    );
  return finish(new NumberReader(text, pattern).read(), pattern);
}

interface ReadDigits {
  readonly digits: string;
  readonly sign: string;
  readonly scale: number;
}

function finish({ digits, sign, scale }: ReadDigits, pattern: NumberPattern): string {
  const plain = digits.endsWith('.') ? digits.slice(0, -1) : digits;
  if (!/\d/.test(plain)) throw valueFault('22P02', 'no digits where the format expects a number');
  const [whole = '', fraction = ''] = plain.split('.');
  const significant = whole.replace(/^0+/, '');
  if (significant.length > pattern.pre) throw valueFault('22003', 'more digits than the format has');
  const text = `${significant || '0'}${scale > 0 ? `.${fraction}` : ''}`;
  return sign === '-' && /[1-9]/.test(text) ? `-${text}` : text;
}

/**
 * Goes through pattern and text together, as leniently as PostgreSQL: text that is no number where the pattern has a
 * group mark or a literal is skipped, and the sign may stand where people write it.
 */
class NumberReader {
  readonly #text: string;
  readonly #pattern: NumberPattern;
  #at = 0;
  #sign = ' ';
  #digits = '';
  #readPre = 0;
  #readPost = 0;
  #point = false;

  constructor(text: string, pattern: NumberPattern) {
    this.#text = text;
    this.#pattern = pattern;
  }

  read(): ReadDigits {
    for (const node of this.#pattern.nodes) {
      if (this.#ended()) break;
      this.#readNode(node);
    }
    return { digits: this.#digits, sign: this.#sign, scale: this.#readPost };
  }

  #ended(): boolean {
    return this.#at >= this.#text.length;
  }

  #next(): string {
    return this.#text.charAt(this.#at);
  }

  #readNode(node: NumberNode): void {
    if (node.kind === 'text') {
      this.#skipCharacter();
      return;
    }
    switch (node.key) {
      case '9':
      case '0':
      case '.':
      case 'D':
        this.#readDigit(node.key === '9' || node.key === '0');
        this.#at += 1;
        return;
      case ',':
      case 'G':
        if (!this.#pattern.flags.has('fill') && this.#next() === ',') this.#at += 1;
        return;
      case 'L':
        return this.#skipOther(1);
      case 'TH':
        if (this.#sign !== '-' && !this.#pattern.flags.has('decimal')) this.#skipOther(2);
        return;
      case 'MI':
        return this.#readOwnSign('-');
      case 'PL':
        return this.#readOwnSign('+');
      case 'SG':
        return this.#readOwnSign('+-');
      default:
    }
  }

  #skipCharacter(): void {
    this.#at += String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0).length;
  }

  /** Skips so many characters unless they belong to the number. */
  #skipOther(count: number): void {
    for (let left = count; left > 0 && !this.#ended(); left -= 1) {
      if (/[\d.,+-]/.test(this.#next())) return;
      this.#skipCharacter();
    }
  }

  #readOwnSign(signs: string): void {
    if (signs.includes(this.#next())) {
      this.#sign = this.#next();
      this.#at += 1;
    } else this.#skipOther(1);
  }

  /** Leaves the place on the last character it used; the caller goes on behind it. */
  #readDigit(isDigitNode: boolean): void {
    if (this.#next() === ' ') this.#at += 1;
    if (this.#ended()) return;
    if (this.#sign === ' ' && isDigitNode && this.#readPre + this.#readPost === 0) this.#readLeadingSign();
    if (this.#ended()) return;
    const used = this.#takeDigitOrPoint();
    if (used === 'full' || this.#ended()) return;
    if (this.#sign === ' ' && this.#readPre + this.#readPost > 0) this.#readTrailingSign(used === 'used');
  }

  #readLeadingSign(): void {
    const next = this.#next();
    const { flags, sign } = this.#pattern;
    if (next === '-' || next === '+') this.#sign = next;
    else if (flags.has('bracket') && next === '<' && !(flags.has('sign') && sign === 'pre')) this.#sign = '-';
    else return;
    this.#at += 1;
  }

  #takeDigitOrPoint(): 'used' | 'other' | 'full' {
    const next = this.#next();
    if (next >= '0' && next <= '9') {
      if (this.#point && this.#readPost === this.#pattern.post) return 'full';
      this.#digits += next;
      if (this.#point) this.#readPost += 1;
      else this.#readPre += 1;
      return 'used';
    }
    if (!this.#pattern.flags.has('decimal') || this.#point || next !== '.') return 'other';
    this.#digits += '.';
    this.#point = true;
    return 'used';
  }

  #readTrailingSign(used: boolean): void {
    const { flags } = this.#pattern;
    const behind = this.#text.charAt(this.#at + 1);
    if (flags.has('sign') && used && behind !== '' && !/\d/.test(behind)) {
      if (behind !== '-' && behind !== '+') return;
      this.#sign = behind;
      this.#at += 1;
    } else if (!used && !flags.has('sign') && (flags.has('plus') || flags.has('minus'))) {
      if (this.#next() === '-' || this.#next() === '+') this.#sign = this.#next();
    }
  }
}
