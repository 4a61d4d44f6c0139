import { classSources } from './character-classes.ts';
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

const alphanumeric = new RegExp(`^[${classSources.alnum}]$`, 'v');

/** What glibc's C.UTF-8 calls a letter or a digit. */
function isAlphanumeric(character: string): boolean {
  return alphanumeric.test(character);
}
