import { type ClassName, classSources } from '../text/character-classes.ts';
import { lowerCharacter, upperCharacter } from '../text/fold-case.ts';

/** The characters one place of a pattern may match: a test by code point, and the same as a JavaScript class (flag v). */
export interface CharacterSet {
  /** With its brackets: `[a-z]`. */
  readonly source: string;
  has(code: number): boolean;
  /** Bits of the ASCII characters it holds, for finding out whether two sets share one. */
  readonly ascii: bigint;
  readonly beyondAscii: boolean;
}

/** @param inside what stands between the brackets of a class with the flag v */
export function createSet(inside: string, negated: boolean): CharacterSet {
  const source = inside === '' ? (negated ? String.raw`[\s\S]` : '[]') : `[${negated ? '^' : ''}${inside}]`;
  const test = new RegExp(`^${source}$`, 'v');
  const table = Array.from({ length: 128 }, (_, code) => test.test(String.fromCharCode(code)));
  const known = new Map<number, boolean>();
  return {
    source,
    has: (code) => {
      if (code < 128) return table[code] ?? false;
      const seen = known.get(code);
      if (seen !== undefined) return seen;
      const answer = test.test(String.fromCodePoint(code));
      if (known.size < 1_000) known.set(code, answer);
      return answer;
    },
    ascii: table.reduce((bits, has, code) => (has ? bits | (1n << BigInt(code)) : bits), 0n),
    // Anything but single ASCII characters, ranges and digits may hold more; saying so too often only costs speed.
    beyondAscii: negated || !/^(?:\\x[0-7][0-9a-f](?:-\\x[0-7][0-9a-f])?|0-9)+$/.test(inside),
  };
}

/** One character as it stands inside a class; with its other case where case does not count. */
export function characterSource(code: number, caseless: boolean): string {
  if (!caseless) return escapedCode(code);
  const character = String.fromCodePoint(code);
  const lower = lowerCharacter(character).codePointAt(0) ?? code;
  const upper = upperCharacter(character).codePointAt(0) ?? code;
  return lower === upper ? escapedCode(lower) : escapedCode(lower) + escapedCode(upper);
}

export function rangeSource(from: number, to: number, caseless: boolean): string {
  let source = `${escapedCode(from)}-${escapedCode(to)}`;
  if (!caseless) return source;
  for (let code = from; code <= to; code += 1) {
    const character = String.fromCodePoint(code);
    for (const other of [lowerCharacter(character), upperCharacter(character)]) {
      const otherCode = other.codePointAt(0) ?? code;
      if (otherCode < from || otherCode > to) source += escapedCode(otherCode);
    }
  }
  return source;
}

export function classSource(name: ClassName, caseless: boolean): string {
  return classSources[caseless && (name === 'lower' || name === 'upper') ? 'alpha' : name];
}

/** An escape for every character, so that none is ever a sign of the syntax. */
function escapedCode(code: number): string {
  return code < 128 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
