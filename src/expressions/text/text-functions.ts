import type { Value } from '../../model/index.ts';
import type { Apply, DeclaredType, FunctionDeclaration, TypeLookup, TypeName } from '../registry.ts';
import { characterCount } from './code-points.ts';
import { withoutPadding } from './compare-text.ts';
import {
  leftOf,
  overlayText,
  reversedText,
  rightOf,
  splitPart,
  substringFor,
  substringFrom,
} from './cut-text.ts';
import { initialCapitals, lowerText, upperText } from './fold-case.ts';
import { escapedPattern } from './match-like.ts';
import { characterOfCode, codeOfText, placeOfText, replacedText, translatedText } from './search-text.ts';
import { padder, repeatedText, trimmer } from './trim-text.ts';
import { encodeUtf8 } from './utf8.ts';

type Example = FunctionDeclaration['example'];

/** A strict function of texts: `declared('lpad', 'text int4 text', 'text', ...)`. */
function declared(
  name: string,
  argumentTypes: string,
  result: DeclaredType,
  apply: Apply,
  summary: string,
  example: Example,
): FunctionDeclaration {
  const types = argumentTypes.split(' ') as DeclaredType[];
  return { name, arguments: types, result, strict: true, apply, summary, example };
}

const start = trimmer(true, false);
const end = trimmer(false, true);
const both = trimmer(true, true);

const trimming: readonly FunctionDeclaration[] = [
  ...['text', 'text text'].flatMap((types) => [
    declared(
      'btrim',
      types,
      'text',
      both,
      'Without characters of a set (or spaces) at both ends; also `trim(x)`, `trim(both set from x)`.',
      ["btrim('xyhixx', 'xy')", 'hi'],
    ),
    declared('ltrim', types, 'text', start, 'The same at the start; also `trim(leading set from x)`.', [
      "ltrim('  hi ')",
      'hi ',
    ]),
    declared('rtrim', types, 'text', end, 'The same at the end; also `trim(trailing set from x)`.', [
      "rtrim('hi...', '.')",
      'hi',
    ]),
  ]),
  ...['text int4', 'text int4 text'].flatMap((types) => [
    declared(
      'lpad',
      types,
      'text',
      padder('start'),
      'Filled up at the start to a length; a longer text is cut.',
      ["lpad('7', 3, '0')", '007'],
    ),
    declared(
      'rpad',
      types,
      'text',
      padder('end'),
      'Filled up at the end to a length; a longer text is cut.',
      ["rpad('ab', 4, '.')", 'ab..'],
    ),
  ]),
  declared('repeat', 'text int4', 'text', repeatedText, 'The text that many times.', [
    "repeat('ab', 3)",
    'ababab',
  ]),
];

const casing: readonly FunctionDeclaration[] = [
  declared('lower', 'text', 'text', lowerText, 'In lower case, character by character (locale C.UTF-8).', [
    "lower('ÄRGER')",
    'ärger',
  ]),
  declared('upper', 'text', 'text', upperText, 'In upper case, character by character; `ß` stays.', [
    "upper('Straße')",
    'STRAßE',
  ]),
  declared('initcap', 'text', 'text', initialCapitals, 'Each word with a capital, the rest in lower case.', [
    "initcap('o''NEIL smith')",
    "O'Neil Smith",
  ]),
];

const cutting: readonly FunctionDeclaration[] = [
  ...['substring', 'substr'].flatMap((name) => [
    declared(
      name,
      'text int4',
      'text',
      substringFrom,
      'From a place on, counted from 1; also `substring(x from 2)`.',
      ["substring('godwit', 4)", 'wit'],
    ),
    declared(
      name,
      'text int4 int4',
      'text',
      substringFor,
      'That many characters from a place on; also `substring(x from 2 for 3)`.',
      ["substring('godwit' from 1 for 3)", 'god'],
    ),
  ]),
  declared(
    'left',
    'text int4',
    'text',
    leftOf,
    'The first characters; a negative count leaves that many off at the end.',
    ["left('godwit', -3)", 'god'],
  ),
  declared(
    'right',
    'text int4',
    'text',
    rightOf,
    'The last characters; a negative count leaves that many off at the start.',
    ["right('godwit', 3)", 'wit'],
  ),
  declared(
    'split_part',
    'text text int4',
    'text',
    splitPart,
    'One part between delimiters, counted from 1, or from the end when negative.',
    ["split_part('a;b;c', ';', -1)", 'c'],
  ),
  declared(
    'overlay',
    'text text int4',
    'text',
    overlayText,
    'With another text laid over it from a place on; also `overlay(x placing y from 2)`.',
    ["overlay('abcdef' placing 'XX' from 3)", 'abXXef'],
  ),
  declared(
    'overlay',
    'text text int4 int4',
    'text',
    overlayText,
    'The same, replacing that many characters.',
    ["overlay('abcdef' placing 'X' from 3 for 2)", 'abXef'],
  ),
  declared('reverse', 'text', 'text', reversedText, 'Characters in reverse order.', [
    "reverse('abc')",
    'cba',
  ]),
];

const searching: readonly FunctionDeclaration[] = [
  declared(
    'strpos',
    'text text',
    'int4',
    placeOfText,
    'Place of the first occurrence, 0 when there is none.',
    ["strpos('godwit', 'wit')", '4'],
  ),
  declared('position', 'text text', 'int4', placeOfText, 'The same, written `position(y in x)`.', [
    "position('wit' in 'godwit')",
    '4',
  ]),
  declared(
    'starts_with',
    'text text',
    'bool',
    (text: string, wanted: string) => text.startsWith(wanted),
    'Whether it begins with the other text.',
    ["starts_with('godwit', 'god')", 't'],
  ),
  declared('replace', 'text text text', 'text', replacedText, 'Every occurrence replaced.', [
    "replace('1.234.567', '.', '')",
    '1234567',
  ]),
  declared(
    'translate',
    'text text text',
    'text',
    translatedText,
    'Characters replaced one by one; those without a counterpart go.',
    ["translate('a-b_c', '-_', ' ')", 'a bc'],
  ),
  declared('ascii', 'text', 'int4', codeOfText, 'Code point of the first character.', ["ascii('é')", '233']),
  declared('chr', 'int4', 'text', characterOfCode, 'The character with that code point.', ['chr(233)', 'é']),
  declared('like_escape', 'text text', 'text', escapedPattern, 'What `like x escape y` uses.', [
    "'5%' like '5!%' escape '!'",
    't',
  ]),
];

const measuring: readonly FunctionDeclaration[] = [
  ...['length', 'char_length', 'character_length'].flatMap((name) => [
    declared(
      name,
      'text',
      'int4',
      (text: string) => String(characterCount(text)),
      'Number of characters (code points).',
      [`${name}('né')`, '2'],
    ),
    declared(
      name,
      'bpchar',
      'int4',
      (text: string) => String(characterCount(withoutPadding(text))),
      'The same, without the padding.',
      [`${name}('ab'::char(5))`, '2'],
    ),
  ]),
  declared(
    'octet_length',
    'text',
    'int4',
    (text: string) => String(encodeUtf8(text).length),
    'Number of bytes in UTF-8.',
    ["octet_length('né')", '3'],
  ),
  declared(
    'octet_length',
    'bpchar',
    'int4',
    (text: string) => String(encodeUtf8(text).length),
    'The same, padding included.',
    ["octet_length('ab'::char(5))", '5'],
  ),
];

const concat: FunctionDeclaration = {
  name: 'concat',
  arguments: ['any'],
  variadic: true,
  result: 'text',
  strict: false,
  make: (types, catalog) => {
    const print = printers(types, catalog);
    return (...values: Value[]) => values.map((value, at) => printed(print, value, at)).join('');
  },
  summary: 'All arguments as text, one behind the other; nulls are left out.',
  example: ["concat('a', null, 1, true)", 'a1t'],
};

const concatWithSeparator: FunctionDeclaration = {
  name: 'concat_ws',
  arguments: ['text', 'any'],
  variadic: true,
  result: 'text',
  strict: false,
  make: ([, ...types], catalog) => {
    const print = printers(types, catalog);
    return (separator: string | null, ...values: Value[]) => {
      if (separator === null) return null;
      const texts = values.flatMap((value, at) => (value === null ? [] : [printed(print, value, at)]));
      return texts.join(separator);
    };
  },
  summary: 'The arguments behind the first as text with the first between them; nulls are left out.',
  example: ["concat_ws(' ', 'Ada', null, 'Lovelace')", 'Ada Lovelace'],
};

type Print = (value: Value) => string;

function printers(types: readonly TypeName[], catalog: TypeLookup): readonly Print[] {
  return types.map((type) => catalog.output(type));
}

function printed(print: readonly Print[], value: Value, at: number): string {
  return value === null ? '' : (print[at]?.(value) ?? '');
}

export const textFunctions: readonly FunctionDeclaration[] = [
  ...trimming,
  ...casing,
  ...cutting,
  ...searching,
  ...measuring,
  concat,
  concatWithSeparator,
];
