import { valueFault } from '../faults.ts';
import { characterCount } from './code-points.ts';
import { lowerText } from './fold-case.ts';

/** Whether a text matches a pattern of `like`; one for each place in an expression, as it remembers its last pattern. */
export function createLikeMatcher(): (text: string, pattern: string) => boolean {
  let known: string | undefined;
  let matches: (text: string) => boolean = () => false;
  return (text, pattern) => {
    if (pattern !== known) {
      matches = matcherOf(pattern);
      known = pattern;
    }
    return matches(text);
  };
}

/** `ilike`: both sides in lower case first, as PostgreSQL does for multi-byte encodings. */
export function createCaselessMatcher(): (text: string, pattern: string) => boolean {
  const matches = createLikeMatcher();
  return (text, pattern) => matches(lowerText(text), lowerText(pattern));
}

function matcherOf(pattern: string): (text: string) => boolean {
  const simple = /^(%?)([^%_\\]*)(%?)$/.exec(pattern);
  if (simple === null) return (text) => match(text, 0, pattern, 0) === 'yes';
  const [, before, middle = '', behind] = simple;
  if (before === '' && behind === '') return (text) => text === middle;
  if (before === '') return (text) => text.startsWith(middle);
  if (behind === '') return (text) => text.endsWith(middle);
  return (text) => text.includes(middle);
}

/** `never`: no later start in the text can match either. */
type Answer = 'yes' | 'no' | 'never';

/** PostgreSQL's `MatchText`, which decides also when a pattern that ends with its escape character is an error. */
function match(text: string, textStart: number, pattern: string, patternStart: number): Answer {
  let t = textStart;
  let p = patternStart;
  while (t < text.length && p < pattern.length) {
    const sign = pattern[p];
    if (sign === '%') return matchBehindWildcard(text, t, pattern, p);
    if (sign === '_') {
      t += sizeAt(text, t);
      p += 1;
      continue;
    }
    if (sign === '\\') {
      p += 1;
      if (p >= pattern.length) throw endsWithEscape();
    }
    if (pattern[p] !== text[t]) return 'no';
    t += 1;
    p += 1;
  }
  if (t < text.length) return 'no';
  while (pattern[p] === '%') p += 1;
  return p >= pattern.length ? 'yes' : 'never';
}

function matchBehindWildcard(text: string, textStart: number, pattern: string, patternStart: number): Answer {
  let t = textStart;
  let p = patternStart + 1;
  for (; pattern[p] === '%' || pattern[p] === '_'; p += 1) {
    if (pattern[p] === '%') continue;
    if (t >= text.length) return 'never';
    t += sizeAt(text, t);
  }
  if (p >= pattern.length) return 'yes';
  if (pattern[p] === '\\' && p + 1 >= pattern.length) throw endsWithEscape();
  const first = pattern[p] === '\\' ? pattern[p + 1] : pattern[p];
  for (; t < text.length; t += sizeAt(text, t)) {
    if (text[t] !== first) continue;
    const answer = match(text, t, pattern, p);
    if (answer !== 'no') return answer;
  }
  return 'never';
}

function sizeAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function endsWithEscape(): Error {
  return valueFault('22025', 'a pattern of like must not end with its escape character');
}

/** `like pattern escape sign`: the pattern with the backslash as escape character instead. */
export function escapedPattern(pattern: string, escape: string): string {
  if (escape === '\\') return pattern;
  if (escape === '') return pattern.replaceAll('\\', '\\\\');
  if (characterCount(escape) > 1) throw valueFault('22025', 'the escape must be one character or none');
  let result = '';
  let escaping = false;
  for (const character of pattern) {
    if (character === escape && !escaping) {
      result += '\\';
      escaping = true;
      continue;
    }
    result += character === '\\' && !escaping ? '\\\\' : character;
    escaping = false;
  }
  return result;
}
