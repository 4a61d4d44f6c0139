import { valueFault } from '../faults.ts';

export function badPattern(detail: string): Error {
  return valueFault('2201B', detail);
}

const repeatMax = 255;

/** Steps through the text of a pattern. */
export class PatternScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  sees(sign: string): boolean {
    return this.#text.startsWith(sign, this.#at);
  }

  take(sign: string): boolean {
    if (!this.sees(sign)) return false;
    this.#at += sign.length;
    return true;
  }

  /** The code point of the next character. */
  next(): number {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw badPattern('the pattern ends too early');
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** What matches here, taken; null when it does not. The expression must be sticky. */
  takeMatch(expression: RegExp): string | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    if (found === null) return null;
    this.#at = expression.lastIndex;
    return found[0];
  }

  /** `(?#...)` */
  takeComment(): boolean {
    return this.takeMatch(/\(\?#[^)]*\)/y) !== null;
  }

  /** A brace before a digit begins a repeat count; before anything else it is itself. */
  seesBraces(): boolean {
    return /^\{\d/.test(this.#text.slice(this.#at, this.#at + 2));
  }

  takeBraces(): { readonly least: number; readonly most: number; readonly ranged: boolean } {
    const found = this.takeMatch(/\{\d+(?:,\d*)?\}/y);
    if (found === null) throw badBraces(this.#text.slice(this.#at));
    const [first = '', second] = found.slice(1, -1).split(',');
    const least = Number(first);
    const most = second === undefined ? least : second === '' ? Infinity : Number(second);
    if (least > repeatMax || (most > repeatMax && most !== Infinity) || least > most)
      throw badPattern('invalid repetition count(s)');
    return { least, most, ranged: second !== undefined };
  }
}

function badBraces(text: string): Error {
  return badPattern(text.includes('}') ? 'invalid repetition count(s)' : 'braces {} not balanced');
}
