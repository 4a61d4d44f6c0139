import type { CompiledPattern, Match } from './compile-pattern.ts';

/** Which matches are replaced: all of them, or the one with this number, counted from 1. */
export interface Which {
  readonly all: boolean;
  readonly number: number;
}

/** `regexp_replace`: `\1` to `\9` and `\&` in the replacement stand for groups and the whole match, `\\` for a backslash. */
export function replaceMatches(
  text: string,
  pattern: CompiledPattern,
  replacement: string,
  from: number,
  which: Which,
): string {
  let result = '';
  let copied = 0;
  let count = 0;
  for (const match of matchesOf(text, pattern, from)) {
    count += 1;
    if (!which.all && count < which.number) continue;
    result += text.slice(copied, match.begin) + filledIn(replacement, text, match);
    copied = match.end;
    if (!which.all) break;
  }
  return result + text.slice(copied);
}

/** All matches one behind the other; behind an empty one the search goes on a character later. */
export function* matchesOf(text: string, pattern: CompiledPattern, from: number): Generator<Match> {
  let at = from;
  while (at <= text.length) {
    const match = pattern.find(text, at);
    if (match === null) return;
    yield match;
    at =
      match.end > match.begin ? match.end : match.end + ((text.codePointAt(match.end) ?? 0) > 0xffff ? 2 : 1);
  }
}

function filledIn(replacement: string, text: string, { groups }: Match): string {
  if (!replacement.includes('\\')) return replacement;
  return replacement.replace(/\\([1-9&\\])/g, (_, sign: string) => {
    if (sign === '\\') return '\\';
    const span = groups[sign === '&' ? 0 : Number(sign)];
    return span === undefined ? '' : text.slice(span[0], span[1]);
  });
}
