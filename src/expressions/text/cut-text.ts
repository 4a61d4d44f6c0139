import { valueFault } from '../faults.ts';
import { characterCount, characterSlice, charactersOf } from './code-points.ts';

const int4Max = 2_147_483_647;

/** `substring(text from start for length)`: places count from 1 and may lie before or behind the text. */
export function substringFor(text: string, startText: string, lengthText: string): string {
  const start = Number(startText);
  const length = Number(lengthText);
  if (length < 0) throw valueFault('22011', 'the length of a substring is negative');
  const end = start + length;
  if (end > int4Max) return substringFrom(text, startText);
  return end < 1 ? '' : characterSlice(text, Math.max(start, 1) - 1, end - 1);
}

export function substringFrom(text: string, start: string): string {
  return characterSlice(text, Math.max(Number(start), 1) - 1, text.length);
}

/** The first characters; a negative count leaves that many off at the end. */
export function leftOf(text: string, countText: string): string {
  const count = Number(countText);
  return characterSlice(text, 0, count >= 0 ? count : Math.max(characterCount(text) + count, 0));
}

/** The last characters; a negative count leaves that many off at the start. */
export function rightOf(text: string, countText: string): string {
  const count = Number(countText);
  // The least integer has no opposite: PostgreSQL then leaves nothing off.
  if (count < -int4Max) return text;
  const start = count >= 0 ? Math.max(characterCount(text) - count, 0) : -count;
  return characterSlice(text, start, text.length);
}

/** The part with that number, counted from the end when negative; empty when there are fewer. */
export function splitPart(text: string, delimiter: string, placeText: string): string {
  const place = Number(placeText);
  if (place === 0) throw valueFault('22023', 'the part of split_part must not be zero');
  if (text === '') return '';
  if (delimiter === '') return Math.abs(place) === 1 ? text : '';
  const parts = text.split(delimiter);
  if (place > 0) return parts[place - 1] ?? '';
  return parts.at(place) ?? '';
}

/** Replaces `count` characters from place `start` on. */
export function overlayText(text: string, part: string, startText: string, countText?: string): string {
  const start = Number(startText);
  const count = countText === undefined ? characterCount(part) : Number(countText);
  if (start <= 0) throw valueFault('22011', 'overlay starts before the text');
  if (start + count > int4Max) throw valueFault('22003', 'a place is out of range');
  const head = substringFor(text, '1', String(start - 1));
  return head + part + substringFrom(text, String(start + count));
}

export function reversedText(text: string): string {
  return Array.from(charactersOf(text)).reverse().join('');
}
