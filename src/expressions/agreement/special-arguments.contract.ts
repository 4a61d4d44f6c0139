import type { Draw } from '../../../tests/agreement/draw.ts';
import {
  drawCount,
  drawDecimal,
  drawDigits,
  drawKey,
  drawPartOf,
  drawText,
} from './awkward-values.contract.ts';
import { drawMatchText, drawPattern, drawPatternFlags, drawReplacement } from './draw-pattern.contract.ts';

/** An argument that must fit the ones before it, or that wants other values than its type alone would get. */
export type DrawArgument = (draw: Draw, before: readonly (string | null)[]) => string | null;

const part: DrawArgument = (draw, [text = null]) => (draw.chance(0.04) ? null : drawPartOf(draw, text));
const count: DrawArgument = (draw) => (draw.chance(0.04) ? null : drawCount(draw));
const oneOf =
  (...texts: readonly string[]): DrawArgument =>
  (draw) =>
    draw.of(texts);

const path: DrawArgument = (draw) =>
  `{${draw.many(draw.between(0, 3), () => JSON.stringify(drawKey(draw))).join(',')}}`;
const key: DrawArgument = (draw) => drawKey(draw);

const matched: DrawArgument = (draw) => (draw.chance(0.03) ? null : drawMatchText(draw));
const pattern: DrawArgument = (draw) => (draw.chance(0.03) ? null : drawPattern(draw));
const place: DrawArgument = (draw) => String(draw.between(-1, 6));

const byName: Readonly<Record<string, readonly (DrawArgument | undefined)[]>> = {
  btrim: [undefined, part],
  ltrim: [undefined, part],
  rtrim: [undefined, part],
  lpad: [undefined, count],
  rpad: [undefined, count],
  // PostgreSQL takes its time to repeat nothing two billion times.
  repeat: [
    undefined,
    (draw, before) => (before[0] === '' ? String(draw.between(-3, 9)) : count(draw, before)),
  ],
  substring: [undefined, count, count],
  substr: [undefined, count, count],
  left: [undefined, count],
  right: [undefined, count],
  split_part: [undefined, part, count],
  overlay: [undefined, undefined, count, count],
  strpos: [undefined, part],
  position: [undefined, part],
  starts_with: [undefined, part],
  replace: [undefined, part],
  translate: [undefined, part],
  like_escape: [drawLike, oneOf('\\', '!', '', 'ab', '%', 'é')],
  chr: [
    (draw) =>
      draw.of([
        () => String(draw.between(0, 299)),
        () => String(draw.between(0, 1114367)),
        () => draw.of(['0', '-1', '55296', '57343', '57344', '1114111', '1114112', '2147483647']),
      ])(),
  ],
  round: [undefined, (draw) => String(draw.between(-8, 24))],
  trunc: [undefined, (draw) => String(draw.between(-8, 24))],
  mod: [undefined, smallDivisor],
  div: [undefined, (draw) => (draw.chance(0.3) ? smallDivisor(draw) : drawDecimal(draw))],
  string_to_array: [undefined, part, part],
  array_to_string: [undefined, undefined, oneOf('-', '', '*')],
  array_length: [undefined, (draw) => String(draw.between(-1, 3))],
  array_position: [undefined, undefined, (draw) => (draw.chance(0.08) ? null : String(draw.between(-1, 5)))],
  regexp_match: [matched, pattern, drawPatternFlags],
  regexp_like: [matched, pattern, drawPatternFlags],
  regexp_count: [matched, pattern, place, drawPatternFlags],
  regexp_split_to_array: [matched, pattern, drawPatternFlags],
  encode: [undefined, oneOf('hex', 'base64', 'escape', 'HEX', 'Base64', 'x')],
  decode: [drawEncoded, oneOf('hex', 'base64', 'escape', 'base64', 'x')],
  convert_to: [undefined, oneOf('UTF8', 'utf-8', 'utf8')],
  convert_from: [drawUtf8Bytes, oneOf('UTF8', 'utf-8')],
  jsonb_build_object: [key, undefined, key, undefined],
  jsonb_extract_path: [undefined, key, key, key],
  jsonb_extract_path_text: [undefined, key, key, key],
};

/** A number that shares its first digits with the one before, so that quotients begin with 1 or 0.9. */
const nearDivisor: DrawArgument = (draw, [dividend = null]) => {
  const digits = /\d+/.exec(dividend ?? '')?.[0] ?? '7';
  if (draw.chance(0.3)) return drawDecimal(draw);
  const head = digits.slice(0, draw.between(1, digits.length));
  return head + draw.of(['', '0', '000', '.5', '.0001', '9999']);
};

/** Divisors that a quotient overflows or fails with, among usual ones. */
const integerDivisor: DrawArgument = (draw) =>
  draw.of(['-1', '-1', '0', '1', '2', '3', '-7', '10', '2147483647']);
const limitOf =
  (least: string): DrawArgument =>
  (draw) =>
    draw.chance(0.25) ? least : String(draw.between(-50, 50));

/** Ends on either side of where UTF-16 and code points order characters differently. */
const edges = ['a', 'é', '\ue000', 'ﬁ', '\u{1F600}', '\u{10428}'];
const edgeText: DrawArgument = (draw) => (draw.chance(0.5) ? drawText(draw) : `ab${draw.of(edges)}`);

/** A text that differs from the one before late or not at all. */
const nearText: DrawArgument = (draw, [text = null]) => {
  const characters = Array.from(text ?? drawText(draw));
  if (draw.chance(0.1)) return null;
  if (draw.chance(0.15)) return text;
  if (text?.startsWith('ab')) return `ab${draw.of(edges)}`;
  const at = draw.between(0, characters.length);
  return characters.toSpliced(at, draw.between(0, 1), ...Array.from(drawText(draw)).slice(0, 1)).join('');
};

const textComparisons = Object.fromEntries(
  ['=', '<>', '<', '<=', '>', '>='].map((name) => [`text ${name} text`, [edgeText, nearText]]),
);

const bySubject: Readonly<Record<string, readonly (DrawArgument | undefined)[]>> = {
  ...textComparisons,
  'numeric / numeric': [undefined, nearDivisor],
  'numeric % numeric': [undefined, nearDivisor],
  'int2 / int2': [limitOf('-32768'), integerDivisor],
  'int4 / int4': [limitOf('-2147483648'), integerDivisor],
  'int8 / int8': [limitOf('-9223372036854775808'), integerDivisor],
  'int8 % int8': [limitOf('-9223372036854775808'), integerDivisor],
  'text ~ text': [matched, pattern],
  'text !~ text': [matched, pattern],
  'text ~* text': [matched, pattern],
  'text !~* text': [matched, pattern],
  'bpchar ~ text': [matched, pattern],
  'bpchar !~ text': [matched, pattern],
  'bpchar ~* text': [matched, pattern],
  'bpchar !~* text': [matched, pattern],
  'substring(text, text)': [matched, pattern],
  'regexp_replace(text, text, text)': [matched, pattern, drawReplacement],
  'regexp_replace(text, text, text, text)': [matched, pattern, drawReplacement, drawPatternFlags],
  'regexp_replace(text, text, text, int4)': [matched, pattern, drawReplacement, place],
  'regexp_replace(text, text, text, int4, int4)': [matched, pattern, drawReplacement, place, place],
  'regexp_replace(text, text, text, int4, int4, text)': [
    matched,
    pattern,
    drawReplacement,
    place,
    place,
    drawPatternFlags,
  ],
  'text ~~ text': [undefined, drawLike],
  'text !~~ text': [undefined, drawLike],
  'text ~~* text': [undefined, drawLike],
  'text !~~* text': [undefined, drawLike],
  'bpchar ~~ text': [undefined, drawLike],
  'jsonb -> text': [undefined, key],
  'jsonb ->> text': [undefined, key],
  'json -> text': [undefined, key],
  'json ->> text': [undefined, key],
  'jsonb -> int4': [undefined, (draw) => String(draw.between(-4, 4))],
  'jsonb ->> int4': [undefined, (draw) => String(draw.between(-4, 4))],
  'json -> int4': [undefined, (draw) => String(draw.between(-4, 4))],
  'json ->> int4': [undefined, (draw) => String(draw.between(-4, 4))],
  'jsonb - int4': [undefined, (draw) => String(draw.between(-4, 4))],
  'jsonb - text': [undefined, key],
  'jsonb - text[]': [undefined, path],
  'jsonb #> text[]': [undefined, path],
  'jsonb #>> text[]': [undefined, path],
  'json #> text[]': [undefined, path],
  'json #>> text[]': [undefined, path],
};

export function specialArguments(subject: string, at: number): DrawArgument | undefined {
  const name = subject.split('(')[0] ?? '';
  return (bySubject[subject] ?? byName[name])?.[at];
}

function drawLike(draw: Draw, [text = null]: readonly (string | null)[]): string {
  const source = draw.chance(0.6) && text !== null ? Array.from(text) : Array.from(drawText(draw));
  return source
    .map((character) =>
      draw.chance(0.25) ? draw.of(['%', '_', '\\', `\\${character}`, '%%', '%_']) : character,
    )
    .join('');
}

function smallDivisor(draw: Draw): string {
  return String(draw.between(-4, 7));
}

function drawEncoded(draw: Draw): string {
  const bytes = Buffer.from(draw.many(draw.between(0, 9), () => draw.between(0, 255)));
  const text = draw.of([
    bytes.toString('hex'),
    bytes.toString('base64'),
    '\\000\\\\a',
    'a\\377b',
    drawDigits(draw, 5),
  ]);
  return draw.chance(0.2)
    ? text.replace(/./, (sign) => `${sign}${draw.of([' ', '\n', '=', 'g', '\\'])}`)
    : text;
}

function drawUtf8Bytes(draw: Draw): string {
  const bytes = Buffer.from(drawText(draw));
  if (draw.chance(0.3) && bytes.length > 0) bytes[draw.between(0, bytes.length - 1)] = draw.between(0, 255);
  return `\\x${bytes.toString('hex')}`;
}
