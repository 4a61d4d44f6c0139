import { valueFault } from '../faults.ts';
import { characterCount, characterSlice, charactersOf } from './code-points.ts';

/** Takes characters of a set off the start, the end or both. */
export function trimmer(start: boolean, end: boolean): (text: string, set?: string) => string {
  return (text, set = ' ') => {
    if (text === '' || set === '') return text;
    const characters = charactersOf(text);
    let first = 0;
    let last = characters.length;
    if (start) while (first < last && set.includes(characters[first] ?? '')) first += 1;
    if (end) while (last > first && set.includes(characters[last - 1] ?? '')) last -= 1;
    return first === 0 && last === characters.length ? text : characters.slice(first, last).join('');
  };
}

// A text of PostgreSQL is smaller than 1 GiB; characters may need four bytes.
const paddedMax = 268_435_454;

/** Fills up to a length with a text, at the start or the end; cuts a longer one. */
export function padder(side: 'start' | 'end'): (text: string, length: string, fill?: string) => string {
  return (text, lengthText, fill = ' ') => {
    const length = Math.max(Number(lengthText), 0);
    const missing = length - characterCount(text);
    if (missing <= 0) return characterSlice(text, 0, length);
    if (fill === '') return text;
    if (length > paddedMax) throw valueFault('54000', 'the requested length is too large');
    const times = Math.ceil(missing / characterCount(fill));
    const padding = characterSlice(fill.repeat(times), 0, missing);
    return side === 'start' ? padding + text : text + padding;
  };
}

/** `repeat(text, count)`. */
export function repeatedText(text: string, countText: string): string {
  const count = Number(countText);
  if (count <= 0 || text === '') return '';
  if (count * text.length > paddedMax) throw valueFault('54000', 'the requested length is too large');
  return text.repeat(count);
}
