import { valueFault } from '../faults.ts';
import { characterOfUnit, charactersOf } from './code-points.ts';

/** Place of the first occurrence, counted from 1; 0 when there is none. */
export function placeOfText(text: string, wanted: string): string {
  const unit = text.indexOf(wanted);
  return unit === -1 ? '0' : String(characterOfUnit(text, unit) + 1);
}

export function replacedText(text: string, from: string, to: string): string {
  return from === '' ? text : text.replaceAll(from, () => to);
}

/** Each character of `from` becomes the one at the same place of `to`, or goes where `to` is shorter. */
export function translatedText(text: string, from: string, to: string): string {
  const old = charactersOf(from);
  const replacements = charactersOf(to);
  let result = '';
  for (const character of charactersOf(text)) {
    const place = old.indexOf(character);
    result += place === -1 ? character : (replacements[place] ?? '');
  }
  return result;
}

/** Code point of the first character; 0 for an empty text. */
export function codeOfText(text: string): string {
  return String(text.codePointAt(0) ?? 0);
}

/** The character with that code point. */
export function characterOfCode(codeText: string): string {
  const code = Number(codeText);
  if (code < 0) throw valueFault('22023', 'a character number must be positive');
  if (code === 0) throw valueFault('54000', 'the character NUL is not allowed');
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff))
    throw valueFault('54000', `there is no character number ${code}`);
  return String.fromCodePoint(code);
}
