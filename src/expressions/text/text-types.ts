import { valueFault } from '../faults.ts';
import { type CastDeclaration, type TypeDeclaration, unchanged } from '../registry.ts';
import { characterCount, characterSlice } from './code-points.ts';
import { comparePaddedText, compareText, withoutPadding } from './compare-text.ts';

const same = (text: string): string => text;

function checkLength(modifiers: readonly number[]): void {
  const [length = 0] = modifiers;
  if (modifiers.length > 1 || length < 1 || length > 10_485_760)
    throw valueFault('22023', `a text length of ${length} must be between 1 and 10485760`);
}

/** An explicit cast cuts silently: that is what PostgreSQL means by it. Assignment to a field never does. */
function cutText(text: string, [length = 0]: readonly number[]): string {
  return text.length <= length ? text : characterSlice(text, 0, length);
}

function padText(text: string, [length = 0]: readonly number[]): string {
  const count = characterCount(text);
  return count < length ? text + ' '.repeat(length - count) : characterSlice(text, 0, length);
}

export const textTypes: readonly TypeDeclaration[] = [
  { name: 'text', category: 'S', preferred: true, input: same, compare: compareText },
  {
    name: 'varchar',
    category: 'S',
    preferred: false,
    input: same,
    modify: cutText,
    checkModifiers: checkLength,
    compare: compareText,
  },
  {
    name: 'bpchar',
    category: 'S',
    preferred: false,
    input: same,
    modify: padText,
    checkModifiers: checkLength,
    compare: comparePaddedText,
  },
  {
    name: 'bool',
    category: 'B',
    preferred: true,
    input: readBoolean,
    output: booleanText,
    compare: compareBooleans,
  },
];

const words: readonly (readonly [word: string, shortest: number, value: boolean])[] = [
  ['true', 1, true],
  ['false', 1, false],
  ['yes', 1, true],
  ['no', 1, false],
  ['on', 2, true],
  ['off', 2, false],
  ['1', 1, true],
  ['0', 1, false],
];

/** PostgreSQL's `boolin`: any beginning of the words that is not ambiguous. */
function readBoolean(text: string): boolean {
  const word = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').toLowerCase();
  const found = words.find(([full, shortest]) => word.length >= shortest && full.startsWith(word));
  if (found === undefined) throw valueFault('22P02', 'a text is neither true nor false');
  return found[2];
}

function booleanText(value: boolean): string {
  return value ? 't' : 'f';
}

function compareBooleans(a: boolean, b: boolean): number {
  return Number(a) - Number(b);
}

const wordOf = (value: boolean): string => (value ? 'true' : 'false');

export const textCasts: readonly CastDeclaration[] = [
  { from: 'text', to: 'varchar', context: 'implicit', apply: unchanged },
  { from: 'text', to: 'bpchar', context: 'implicit', apply: unchanged },
  { from: 'varchar', to: 'text', context: 'implicit', apply: unchanged },
  { from: 'varchar', to: 'bpchar', context: 'implicit', apply: unchanged },
  { from: 'bpchar', to: 'text', context: 'implicit', apply: withoutPadding },
  { from: 'bpchar', to: 'varchar', context: 'implicit', apply: withoutPadding },
  { from: 'bool', to: 'text', context: 'assignment', apply: wordOf },
  { from: 'bool', to: 'varchar', context: 'assignment', apply: wordOf },
  { from: 'bool', to: 'bpchar', context: 'assignment', apply: wordOf },
];
