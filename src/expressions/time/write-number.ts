import { valueFault } from '../faults.ts';
import { ordinalOf } from './names.ts';
import type { NumberKey, NumberNode, NumberPattern } from './number-pattern.ts';

/**
 * Writes a finished number (digits and point, `NaN`, or `#`) into a pattern.
 *
 * @param pre digits the pattern has before the point, those of V included
 * @param blanks how many of them the number does not need
 */
export function writeNumber(
  pattern: NumberPattern,
  pre: number,
  number: string,
  sign: '+' | '-',
  blanks: number,
): string {
  return new NumberWriter(pattern, pre, number, sign, blanks).write();
}

const endOfNumber = '\0';

class NumberWriter {
  readonly #pattern: NumberPattern;
  readonly #number: string;
  readonly #sign: '+' | '-';
  readonly #blanks: number;
  readonly #anchor: 'none' | 'pre' | 'post';
  readonly #bracket: boolean;
  /** Place of the last digit that counts under FM; undefined when all count. */
  readonly #lastRelevant: number | undefined;
  #signWritten: boolean;
  readonly #count: number;
  #place = 0;
  #at = 0;
  #inside = false;
  #text = '';

  constructor(pattern: NumberPattern, pre: number, number: string, sign: '+' | '-', blanks: number) {
    this.#pattern = pattern;
    this.#number = number;
    this.#sign = sign;
    this.#blanks = pattern.flags.has('roman') ? 0 : blanks;
    const fill = pattern.flags.has('fill');
    const own = pattern.flags.has('plus') || pattern.flags.has('minus');
    this.#bracket = pattern.flags.has('bracket') && (own || sign === '-' || !fill);
    this.#signWritten = own ? pattern.flags.has('minus') : sign === '+' && fill && !pattern.flags.has('sign');
    const moves = !own && pattern.sign === 'pre' && pre === pattern.digitsBeforeSign;
    this.#anchor = moves ? 'post' : pattern.sign;
    this.#lastRelevant = fill && pattern.flags.has('decimal') ? this.#findLastRelevant() : undefined;
    this.#count = pattern.post + pre - 1 + (!this.#signWritten && this.#blanks === 0 ? 1 : 0);
  }

  /** The last digit behind the point that is not 0, or that a `0` of the pattern keeps. */
  #findLastRelevant(): number | undefined {
    const point = this.#number.indexOf('.');
    if (point < 0) return undefined;
    let last = point;
    for (let at = point + 1; at < this.#number.length; at += 1)
      if (this.#number.charAt(at) !== '0') last = at;
    if (this.#pattern.zeroEnd <= this.#blanks) return last;
    return Math.max(last, Math.min(this.#number.length - 1, this.#pattern.zeroEnd - this.#blanks));
  }

  write(): string {
    for (const node of this.#pattern.nodes) this.#writeNode(node);
    // A digit place behind the end of the number writes the end of a C string: what follows is lost, as in PostgreSQL.
    const end = this.#text.indexOf(endOfNumber);
    return end < 0 ? this.#text : this.#text.slice(0, end);
  }

  #is(flag: 'fill' | 'zero' | 'decimal' | 'roman' | 'sign'): boolean {
    return this.#pattern.flags.has(flag);
  }

  #writeNode(node: NumberNode): void {
    if (node.kind === 'text') {
      this.#text += node.text;
      return;
    }
    switch (node.key) {
      case '9':
      case '0':
      case '.':
      case 'D':
        if (!this.#is('roman')) this.#writeDigit(node.key);
        return;
      case ',':
      case 'G':
        if (this.#inside) this.#text += ',';
        else if (!this.#is('fill')) this.#text += ' ';
        return;
      case 'L':
        this.#text += ' ';
        return;
      case 'RN':
        this.#writeRoman(node.lower);
        return;
      case 'TH':
        this.#writeOrdinal(node.lower);
        return;
      default:
        this.#writeOwnSign(node.key);
    }
  }

  #writeRoman(lower: boolean): void {
    const text = this.#is('fill') ? this.#number : this.#number.padStart(15, ' ');
    this.#text += lower ? text.toLowerCase() : text;
  }

  #writeOrdinal(lower: boolean): void {
    const none =
      this.#is('roman') || this.#number.startsWith('#') || this.#sign === '-' || this.#is('decimal');
    if (none) return;
    if (!/\d$/.test(this.#number)) throw valueFault('22P02', 'TH needs a number that ends in a digit');
    this.#text += ordinalOf(this.#number, !lower);
  }

  #writeOwnSign(key: NumberKey): void {
    if (key === 'SG') this.#text += this.#is('roman') ? '' : this.#sign;
    const own = key === 'MI' ? '-' : key === 'PL' ? '+' : undefined;
    if (own === undefined) return;
    if (this.#sign === own) this.#text += own;
    else if (!this.#is('fill')) this.#text += ' ';
  }

  /** `0.1` in `9.9`: the zero before the point is not shown. */
  #isHiddenZero(): boolean {
    return !this.#is('zero') && this.#at === 0 && this.#number.startsWith('0') && this.#pattern.post !== 0;
  }

  #endsAtPoint(): boolean {
    return this.#lastRelevant !== undefined && this.#number.charAt(this.#lastRelevant) === '.';
  }

  #writeDigit(key: '9' | '0' | '.' | 'D'): void {
    this.#inside = false;
    this.#writeLeadingSign();
    const { zeroStart } = this.#pattern;
    if (this.#place < this.#blanks && (zeroStart > this.#place || !this.#is('zero'))) {
      if (!this.#is('fill')) this.#text += ' ';
    } else if (this.#is('zero') && this.#place < this.#blanks) {
      this.#text += '0';
      this.#inside = true;
    } else this.#writeNext(key);
    this.#writeTrailingSign();
    this.#place += 1;
  }

  #writeLeadingSign(): void {
    const { zeroStart } = this.#pattern;
    const due = this.#place >= this.#blanks || (this.#is('zero') && zeroStart === this.#place);
    if (this.#signWritten || !due || (this.#isHiddenZero() && !this.#endsAtPoint())) return;
    if (this.#is('sign')) {
      if (this.#anchor !== 'pre') return;
      this.#text += this.#sign;
    } else if (this.#bracket) this.#text += this.#sign === '+' ? ' ' : '<';
    else if (this.#sign === '-') this.#text += '-';
    else if (!this.#is('fill')) this.#text += ' ';
    this.#signWritten = true;
  }

  #writeNext(key: '9' | '0' | '.' | 'D'): void {
    const digit = this.#number.charAt(this.#at);
    const beyond = this.#lastRelevant !== undefined && this.#at > this.#lastRelevant;
    if (digit === '.') {
      if (!this.#endsAtPoint() || this.#is('fill')) this.#text += '.';
    } else if (beyond && key !== '0') {
      // Digits behind the last relevant one are left out under FM.
    } else if (this.#isHiddenZero()) {
      if (!this.#is('fill')) this.#text += ' ';
      else if (this.#endsAtPoint()) this.#text += '0';
    } else {
      this.#text += digit === '' ? endOfNumber : digit;
      this.#inside = true;
    }
    if (this.#at < this.#number.length) this.#at += 1;
  }

  #writeTrailingSign(): void {
    let end = this.#count + (this.#blanks > 0 ? 1 : 0) + (this.#is('decimal') ? 1 : 0);
    if (this.#lastRelevant !== undefined && this.#lastRelevant === this.#at) end = this.#place;
    if (this.#place + 1 !== end) return;
    if (this.#signWritten && this.#bracket) this.#text += this.#sign === '+' ? ' ' : '>';
    else if (this.#is('sign') && this.#anchor === 'post') this.#text += this.#sign;
  }
}
