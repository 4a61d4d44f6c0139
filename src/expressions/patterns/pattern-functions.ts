import type { Value } from '../../model/index.ts';
import { valueFault } from '../faults.ts';
import type { Apply, DeclaredType, FunctionDeclaration } from '../registry.ts';
import { characterOfUnit, unitOfCharacter } from '../text/code-points.ts';
import { type CompiledPattern, compilePattern, type Match } from './compile-pattern.ts';
import { type PatternFlags, readFlags } from './pattern-flags.ts';
import { matchesOf, replaceMatches } from './replace-matches.ts';

/** Remembers the pattern of its last call: in most expressions it never changes. */
export interface PatternCache {
  get(pattern: string, flags: string): { readonly compiled: CompiledPattern; readonly flags: PatternFlags };
}

export function createPatternCache(): PatternCache {
  let known: { pattern: string; letters: string; compiled: CompiledPattern; flags: PatternFlags } | null =
    null;
  return {
    get: (pattern, letters) => {
      if (known?.pattern === pattern && known.letters === letters) return known;
      const flags = readFlags(letters);
      known = { pattern, letters, flags, compiled: compilePattern(pattern, flags) };
      return known;
    },
  };
}

type Make = (cache: PatternCache) => Apply;

/** A strict function whose pattern is its second argument; a constant one is checked when compiling. */
function declared(
  name: string,
  argumentTypes: string,
  result: DeclaredType,
  make: Make,
  summary: string,
  example: FunctionDeclaration['example'],
  flagsAt = -1,
): FunctionDeclaration {
  return {
    name,
    arguments: argumentTypes.split(' ') as DeclaredType[],
    result,
    strict: true,
    make: () => make(createPatternCache()),
    checkConstants: (constants) => checkPattern(constants[1], flagsAt === -1 ? '' : constants[flagsAt]),
    summary,
    example,
  };
}

export function checkPattern(pattern: Value | undefined, flags: Value | undefined): void {
  if (typeof pattern === 'string' && typeof flags === 'string') createPatternCache().get(pattern, flags);
}

function textOf(text: string, match: Match, group: number): string | null {
  const span = match.groups[group];
  return span === undefined ? null : text.slice(span[0], span[1]);
}

/** The first group, or the whole where there is none. */
const substringOf: Make = (cache) => (text: string, pattern: string) => {
  const { compiled } = cache.get(pattern, '');
  const match = compiled.find(text, 0);
  return match === null ? null : textOf(text, match, compiled.captures > 0 ? 1 : 0);
};

function withoutGlobal(letters: string, name: string): void {
  if (letters.includes('g')) throw valueFault('22023', `${name}() does not support the flag g`);
}

const matchGroups: Make =
  (cache) =>
  (text: string, pattern: string, letters = '') => {
    withoutGlobal(letters, 'regexp_match');
    const { compiled } = cache.get(pattern, letters);
    const match = compiled.find(text, 0);
    if (match === null) return null;
    if (compiled.captures === 0) return [textOf(text, match, 0)];
    return Array.from({ length: compiled.captures }, (_, at) => textOf(text, match, at + 1));
  };

const isLike: Make =
  (cache) =>
  (text: string, pattern: string, letters = '') => {
    withoutGlobal(letters, 'regexp_like');
    const { compiled } = cache.get(pattern, letters);
    return compiled.test(text);
  };

const replaceFirst: Make =
  (cache) =>
  (text: string, pattern: string, replacement: string, letters = '') => {
    // A number here is the form with a start, which is written with a number and not with a text.
    if (/^\d/.test(letters)) throw valueFault('22023', 'a pattern flag is not a letter');
    const { compiled, flags } = cache.get(pattern, letters);
    return replaceMatches(text, compiled, replacement, 0, { all: flags.global, number: 1 });
  };

function startOf(text: string, startText: string): number {
  const start = Number(startText);
  if (start < 1) throw valueFault('22023', 'the place to start at must be at least 1');
  return start - 1 > text.length ? text.length + 1 : startUnit(text, start);
}

function startUnit(text: string, start: number): number {
  const unit = unitOfCharacter(text, start - 1);
  return unit === text.length && characterOfUnit(text, unit) < start - 1 ? text.length + 1 : unit;
}

const replaceFrom: Make =
  (cache) =>
  (text: string, pattern: string, replacement: string, start: string, number = '1', letters = '') => {
    const from = startOf(text, start);
    const wanted = Number(number);
    if (wanted < 0) throw valueFault('22023', 'the number of the match must not be negative');
    // Which match is meant is said already: the flag g adds nothing.
    const { compiled } = cache.get(pattern, letters);
    return replaceMatches(text, compiled, replacement, from, { all: wanted === 0, number: wanted });
  };

const countMatches: Make =
  (cache) =>
  (text: string, pattern: string, start = '1', letters = '') => {
    const from = startOf(text, start);
    withoutGlobal(letters, 'regexp_count');
    const { compiled } = cache.get(pattern, letters);
    return String([...matchesOf(text, compiled, from)].length);
  };

const splitParts: Make =
  (cache) =>
  (text: string, pattern: string, letters = '') => {
    withoutGlobal(letters, 'regexp_split_to_array');
    const { compiled } = cache.get(pattern, letters);
    const parts: string[] = [];
    let copied = 0;
    let end = 0;
    for (const match of matchesOf(text, compiled, 0)) {
      // An empty match at either end or right behind another separates nothing.
      if (match.begin < text.length && match.end > end) {
        parts.push(text.slice(copied, match.begin));
        copied = match.end;
      }
      end = match.end;
    }
    return [...parts, text.slice(copied)];
  };

const notSupported: Apply = () => {
  throw valueFault('0A000', 'patterns of SQL (similar) are not supported: use substring(x from pattern)');
};

const replaced =
  'The first match (all with the flag g) replaced; `\\1` in the replacement is the first group.';
const replacedFrom =
  'The same from a place on; the fifth argument says which match (0: all), the sixth holds flags.';
const matched = 'The groups of the first match as a list, or the whole match where there are no groups.';

export const patternFunctions: readonly FunctionDeclaration[] = [
  declared(
    'substring',
    'text text',
    'text',
    substringOf,
    'The part that matches a pattern, or its first group; also `substring(x from pattern)`.',
    ["substring('order 4711' from '[0-9]+')", '4711'],
  ),
  {
    name: 'substring',
    arguments: ['text', 'text', 'text'],
    result: 'text',
    strict: true,
    apply: notSupported,
    checkConstants: notSupported as () => never,
    summary: 'Left out: `substring(x similar ...)`.',
    example: ["substring('abc' from 'b')", 'b'],
  },
  declared('regexp_match', 'text text', 'text[]', matchGroups, matched, [
    "regexp_match('Bar 12', '([a-z]+) ([0-9]+)')",
    '{ar,12}',
  ]),
  declared(
    'regexp_match',
    'text text text',
    'text[]',
    matchGroups,
    `${matched} The third argument holds flags.`,
    ["regexp_match('Bar', 'b(.)', 'i')", '{a}'],
    2,
  ),
  declared('regexp_like', 'text text', 'bool', isLike, 'Whether a text matches; also `x ~ pattern`.', [
    "regexp_like('abc', '^a')",
    't',
  ]),
  declared(
    'regexp_like',
    'text text text',
    'bool',
    isLike,
    'The same with flags.',
    ["regexp_like('ABC', '^a', 'i')", 't'],
    2,
  ),
  declared('regexp_replace', 'text text text', 'text', replaceFirst, replaced, [
    "regexp_replace('0170 / 12', '[^0-9]', '')",
    '0170/ 12',
  ]),
  declared(
    'regexp_replace',
    'text text text text',
    'text',
    replaceFirst,
    replaced,
    ["regexp_replace('0170 / 12', '[^0-9]', '', 'g')", '017012'],
    3,
  ),
  declared('regexp_replace', 'text text text int4', 'text', replaceFrom, replacedFrom, [
    "regexp_replace('aaa', 'a', 'b', 2)",
    'aba',
  ]),
  declared('regexp_replace', 'text text text int4 int4', 'text', replaceFrom, replacedFrom, [
    "regexp_replace('aaa', 'a', 'b', 1, 3)",
    'aab',
  ]),
  declared(
    'regexp_replace',
    'text text text int4 int4 text',
    'text',
    replaceFrom,
    replacedFrom,
    ["regexp_replace('AAA', 'a', 'b', 1, 0, 'i')", 'bbb'],
    5,
  ),
  declared('regexp_count', 'text text', 'int4', countMatches, 'Number of matches.', [
    "regexp_count('banana', 'an')",
    '2',
  ]),
  declared('regexp_count', 'text text int4', 'int4', countMatches, 'Number of matches from a place on.', [
    "regexp_count('banana', 'a', 3)",
    '2',
  ]),
  declared(
    'regexp_count',
    'text text int4 text',
    'int4',
    countMatches,
    'The same with flags.',
    ["regexp_count('banana', 'A', 1, 'i')", '3'],
    3,
  ),
  declared('regexp_split_to_array', 'text text', 'text[]', splitParts, 'The parts between the matches.', [
    "regexp_split_to_array('a, b;c', '[,;] *')",
    '{a,b,c}',
  ]),
  declared(
    'regexp_split_to_array',
    'text text text',
    'text[]',
    splitParts,
    'The same with flags.',
    ["regexp_split_to_array('aXbxc', 'x', 'i')", '{a,b,c}'],
    2,
  ),
];
