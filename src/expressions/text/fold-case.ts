import { charactersOf } from './code-points.ts';

/**
 * `lower`, `upper`, `initcap` as PostgreSQL computes them in the libc locale C.UTF-8 (glibc 2.36, Unicode 14): one character
 * becomes one character. So `ß` stays `ß`, a final sigma is no special case, and characters younger than Unicode 14 stay.
 * ICU locales map `ß` to `SS`: that is another meaning and is not used here.
 */
export function lowerText(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : mapped(text, lowerCharacter);
}

export function upperText(text: string): string {
  return ascii.test(text) ? text.toUpperCase() : mapped(text, upperCharacter);
}

/** Upper case behind anything that is no letter or digit, lower case elsewhere. */
export function initialCapitals(text: string): string {
  let result = '';
  let inWord = false;
  for (const character of charactersOf(text)) {
    result += inWord ? lowerCharacter(character) : upperCharacter(character);
    inWord = isAlphanumeric(character);
  }
  return result;
}

const ascii = /^[\0-\x7f]*$/;

function mapped(text: string, map: (character: string) => string): string {
  let result = '';
  for (const character of text) result += map(character);
  return result;
}

// Case pairs that Unicode gained after version 14, and their ranges.
const youngPairs =
  /[\u019b\u0264\u1c89\u1c8a\ua7cb-\ua7cf\ua7d2-\ua7d5\ua7da-\ua7dc\u{10d50}-\u{10d65}\u{10d70}-\u{10d85}\u{16ea0}-\u{16eb8}\u{16ebb}-\u{16ed3}]/u;
// Greek letters with iota: their full upper case is two letters, their simple one the title case letter.
const iotaLetters = /[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/;
const iotaAlone: Readonly<Record<string, string>> = { ᾳ: 'ᾼ', ῃ: 'ῌ', ῳ: 'ῼ' };

/** One character in upper case, or itself. */
export function upperCharacter(character: string): string {
  const simple = character.toUpperCase();
  if (simple === character || youngPairs.test(character)) return character;
  if (iotaLetters.test(character)) return String.fromCodePoint((character.codePointAt(0) ?? 0) + 8);
  const alone = iotaAlone[character];
  if (alone !== undefined) return alone;
  return isOneCharacter(simple) ? simple : character;
}

/** One character in lower case, or itself. */
export function lowerCharacter(character: string): string {
  if (character === 'İ') return 'i';
  const simple = character.toLowerCase();
  if (simple === character || youngPairs.test(character)) return character;
  return isOneCharacter(simple) ? simple : character;
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

const alphanumeric = /[\p{Alphabetic}\p{Nd}]/u;

/** What glibc's C.UTF-8 calls a letter or a digit: Unicode 14. */
export function isAlphanumeric(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return /[A-Za-z0-9]/.test(character);
  return alphanumeric.test(character) && !isYoungLetter(code);
}

function isYoungLetter(code: number): boolean {
  for (let at = 0; at < youngLetters.length; at += 2)
    if (code <= (youngLetters[at + 1] ?? 0)) return code >= (youngLetters[at] ?? 0);
  return false;
}

/** First and last of the ranges of letters and digits that glibc 2.36 does not know, ascending. */
const youngLetters: readonly number[] = [
  0x363, 0x36f, 0x88f, 0x897, 0xc04, 0xc04, 0xc5c, 0xc5c, 0xcdc, 0xcdc, 0xcf3, 0xcf3, 0xf82, 0xf83, 0x1c89,
  0x1c8a, 0x1dd3, 0x1de6, 0xa7cb, 0xa7cf, 0xa7d2, 0xa7d2, 0xa7d4, 0xa7d4, 0xa7da, 0xa7f1, 0x105c0, 0x105f3,
  0x10940, 0x10959, 0x10d40, 0x10d85, 0x10ec2, 0x10efc, 0x11080, 0x11081, 0x1123f, 0x11241, 0x11380, 0x113d3,
  0x116d0, 0x116e3, 0x11b60, 0x11bf9, 0x11db0, 0x11de9, 0x11f00, 0x11f59, 0x1342f, 0x143fa, 0x16100, 0x16139,
  0x16d40, 0x16d79, 0x16ea0, 0x16ed3, 0x16ff2, 0x16ff6, 0x187f8, 0x187ff, 0x18cff, 0x18cff, 0x18d09, 0x18df2,
  0x1b132, 0x1b132, 0x1b155, 0x1b155, 0x1ccf0, 0x1ccf9, 0x1df25, 0x1df2a, 0x1e030, 0x1e08f, 0x1e4d0, 0x1e6ff,
  0x2b739, 0x2b73f, 0x2cea2, 0x2cead, 0x2ebf0, 0x2ee5d, 0x31350, 0x33479,
];
