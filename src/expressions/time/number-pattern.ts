import { valueFault } from '../faults.ts';
import { versionsDiffer } from './faults.ts';

/**
 * A format of to_char(number) and to_number, cut into nodes, with what it says about the number as a whole.
 * Locale: lc_numeric and lc_monetary are C (decimal point `.`, thousands `,`, currency a blank), whatever the servers have.
 */
export type NumberNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'key'; readonly key: NumberKey; readonly lower: boolean };

export type NumberKey =
  | ','
  | '.'
  | '0'
  | '9'
  | 'B'
  | 'C'
  | 'D'
  | 'EEEE'
  | 'FM'
  | 'G'
  | 'L'
  | 'MI'
  | 'PL'
  | 'PR'
  | 'RN'
  | 'SG'
  | 'SP'
  | 'S'
  | 'TH'
  | 'V';

export interface NumberPattern {
  readonly nodes: readonly NumberNode[];
  /** Digits before and behind the decimal point, and behind V. */
  readonly pre: number;
  readonly post: number;
  readonly multi: number;
  /** Place of the first 0 counted from 0; -1 without one. */
  readonly zeroStart: number;
  readonly zeroEnd: number;
  /** Where S stands; in front it anchors to the first digit. */
  readonly sign: 'none' | 'pre' | 'post';
  readonly digitsBeforeSign: number;
  readonly flags: ReadonlySet<NumberFlag>;
}

export type NumberFlag =
  | 'decimal'
  | 'zero'
  | 'blank'
  | 'fill'
  | 'sign'
  | 'bracket'
  | 'minus'
  | 'plus'
  | 'roman'
  | 'multi'
  | 'scientific';

const keys: readonly NumberKey[] = (
  ', . 0 9 B C D EEEE FM G L MI PL PR RN SG SP S TH V'.split(' ') as readonly NumberKey[]
).toSorted((a, b) => b.length - a.length);

export function numberPattern(format: string): NumberPattern {
  const known = patterns.get(format);
  if (known !== undefined) return known;
  const pattern = new PatternBuilder().build(format);
  if (patterns.size > 500) patterns.clear();
  patterns.set(format, pattern);
  return pattern;
}

const patterns = new Map<string, NumberPattern>();

function wrong(detail: string): Error {
  return valueFault('42601', `format: ${detail}`);
}

class PatternBuilder {
  readonly #nodes: NumberNode[] = [];
  readonly #flags = new Set<NumberFlag>();
  #pre = 0;
  #post = 0;
  #multi = 0;
  #zeroStart = -1;
  #zeroEnd = 0;
  #sign: 'none' | 'pre' | 'post' = 'none';
  #digitsBeforeSign = 0;

  build(format: string): NumberPattern {
    for (let at = 0; at < format.length; ) at = this.#next(format, at);
    if (this.#is('roman') && [...this.#flags].some((flag) => flag !== 'roman' && flag !== 'fill'))
      throw romanDiffers();
    return {
      nodes: this.#nodes,
      pre: this.#pre,
      post: this.#post,
      multi: this.#multi,
      zeroStart: this.#zeroStart,
      zeroEnd: this.#zeroEnd,
      sign: this.#sign,
      digitsBeforeSign: this.#digitsBeforeSign,
      flags: this.#flags,
    };
  }

  #next(format: string, at: number): number {
    const key = keys.find((one) => format.startsWith(one, at) || format.startsWith(one.toLowerCase(), at));
    if (key !== undefined) {
      const lower = format.charAt(at) !== key.charAt(0);
      this.#nodes.push({ kind: 'key', key, lower });
      this.#note(key);
      return at + key.length;
    }
    if (format.charAt(at) === '"') return this.#quoted(format, at + 1);
    return this.#text(format, format.startsWith('\\"', at) ? at + 1 : at);
  }

  #quoted(format: string, from: number): number {
    let at = from;
    while (at < format.length) {
      if (format.charAt(at) === '"') return at + 1;
      at = this.#text(format, format.charAt(at) === '\\' && at + 1 < format.length ? at + 1 : at);
    }
    return at;
  }

  #text(format: string, at: number): number {
    const text = String.fromCodePoint(format.codePointAt(at) ?? 0);
    this.#nodes.push({ kind: 'text', text });
    return at + text.length;
  }

  #is(...flags: readonly NumberFlag[]): boolean {
    return flags.some((flag) => this.#flags.has(flag));
  }

  #note(key: NumberKey): void {
    if (this.#is('scientific') && key !== 'EEEE') throw wrong('EEEE must be the last pattern');
    switch (key) {
      case '9':
      case '0':
        return this.#noteDigit(key);
      case 'D':
      case '.':
        return this.#noteDecimal();
      case 'B':
        if (this.#pre === 0 && this.#post === 0 && !this.#is('zero')) this.#flags.add('blank');
        return;
      case 'FM':
        this.#flags.add('fill');
        return;
      case 'S':
        return this.#noteSign();
      case 'MI':
      case 'PL':
      case 'SG':
        return this.#noteOwnSign(key);
      case 'PR':
        if (this.#is('sign', 'plus', 'minus')) throw wrong('PR and S, PL, MI, SG exclude each other');
        this.#flags.add('bracket');
        return;
      case 'RN':
        return this.#noteRoman();
      case 'V':
        if (this.#is('decimal')) throw wrong('V and a decimal point exclude each other');
        this.#flags.add('multi');
        return;
      case 'EEEE':
        return this.#noteScientific();
      case ',':
      case 'C':
      case 'G':
      case 'L':
      case 'SP':
      case 'TH':
    }
  }

  #noteDigit(key: '9' | '0'): void {
    if (this.#is('bracket')) throw wrong(`${key} must be ahead of PR`);
    if (key === '9' && this.#is('multi')) {
      this.#multi += 1;
      return;
    }
    if (key === '0' && !this.#is('zero', 'decimal')) {
      this.#flags.add('zero');
      this.#zeroStart = this.#pre;
    }
    if (this.#is('decimal')) this.#post += 1;
    else this.#pre += 1;
    if (key === '0') this.#zeroEnd = this.#pre + this.#post;
  }

  #noteDecimal(): void {
    if (this.#is('decimal')) throw wrong('more than one decimal point');
    if (this.#is('multi')) throw wrong('V and a decimal point exclude each other');
    this.#flags.add('decimal');
  }

  #noteSign(): void {
    if (this.#is('sign')) throw wrong('S twice');
    if (this.#is('plus', 'minus', 'bracket')) throw wrong('S and PL, MI, SG, PR exclude each other');
    if (!this.#is('decimal')) {
      this.#sign = 'pre';
      this.#digitsBeforeSign = this.#pre;
    } else this.#sign = 'post';
    this.#flags.add('sign');
  }

  #noteOwnSign(key: 'MI' | 'PL' | 'SG'): void {
    if (this.#is('sign')) throw wrong(`S and ${key} exclude each other`);
    if (key !== 'PL') this.#flags.add('minus');
    if (key !== 'MI') this.#flags.add('plus');
  }

  #noteRoman(): void {
    if (this.#is('roman')) throw romanDiffers();
    this.#flags.add('roman');
  }

  #noteScientific(): void {
    if (this.#is('scientific')) throw wrong('EEEE twice');
    if (this.#is('blank', 'fill', 'sign', 'bracket', 'minus', 'plus', 'roman', 'multi'))
      throw wrong('EEEE goes with digits and a decimal point only');
    this.#flags.add('scientific');
  }
}

function romanDiffers(): Error {
  return versionsDiffer('RN beside other patterns is an error since PostgreSQL 18', 'Use RN or FMRN alone.');
}
