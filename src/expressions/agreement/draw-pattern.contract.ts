import type { Draw } from '../../../tests/agreement/draw.ts';

/** Regular expressions over few characters, so that they match in many ways; some are wrong on purpose. */
export function drawPattern(draw: Draw): string {
  if (draw.chance(0.04)) return draw.of(wrong);
  if (draw.chance(0.1)) return draw.of(usual);
  const prefix = draw.chance(0.06) ? draw.of(['(?i)', '(?n)', '(?w)', '(?p)', '(?s)']) : '';
  return prefix + alternatives(draw, 0);
}

const usual = [
  '[^0-9]',
  '\\s+',
  '^\\s+|\\s+$',
  '(.*), (.*)',
  '^(\\w+)@(\\w+)\\.(\\w+)$',
  '(\\d+)-(\\d+)',
  '[[:upper:]]',
  '\\mab',
  'b\\M',
  '(a+?)(b*)',
  '(.*?)b(.*)',
  '[[:punct:]]',
  '[[:space:]]+',
  '^.{0,3}',
  '(ab|a)(bc|c)?',
  'a|ab|abc',
  '(a*)(ab)*(b*)',
  '',
  '(|a)+',
  '()',
];
const wrong = [
  '(',
  ')',
  '[',
  'a**',
  '*a',
  '\\',
  'a{2',
  'a{3,1}',
  '[b-a]',
  '[[:foo:]]',
  '(?z)',
  'a{300}',
  '\\q',
  '[]',
  'a|*',
  '(?<x>a)',
  '\\xg',
  '[a-c-e]',
  '(*)',
  '^*',
  '$+',
  '(?=a)?',
];

function alternatives(draw: Draw, depth: number): string {
  const count = draw.of([1, 1, 1, 2, 2, 3]);
  return draw.many(count, () => branch(draw, depth)).join('|');
}

function branch(draw: Draw, depth: number): string {
  return draw.many(draw.between(depth === 0 ? 1 : 0, 3), () => quantified(draw, depth)).join('');
}

function quantified(draw: Draw, depth: number): string {
  if (draw.chance(0.07)) return draw.of(['^', '$', '\\y', '\\m', '\\M', '\\Y', '\\A', '\\Z']);
  if (draw.chance(0.03) && depth < 2)
    return `(?${draw.of(['=', '!', '<=', '<!'])}${alternatives(draw, depth + 1)})`;
  const quantifier = draw.chance(0.5)
    ? ''
    : draw.of([
        '*',
        '+',
        '?',
        '*?',
        '+?',
        '??',
        '{2}',
        '{1,2}',
        '{0,2}?',
        '{2,}',
        '{1,}?',
        '{0}',
        '{1}',
        '{2,2}?',
        '{1,1}?',
      ]);
  return atom(draw, depth) + quantifier;
}

function atom(draw: Draw, depth: number): string {
  const kind = draw.between(0, 11);
  if (kind < 6 || depth > 2) return draw.of(['a', 'b', 'c', 'a', 'b', 'ab', '.', 'é', 'İ']);
  if (kind < 8)
    return draw.of([
      '[ab]',
      '[^a]',
      '[a-c]',
      '\\w',
      '\\d',
      '\\s',
      '\\W',
      '\\S',
      '\\D',
      '[[:alpha:]]',
      '[[:lower:]\\d]',
      '[^[:upper:]]',
      '[]a]',
      '[a-]',
      '[\\w-]',
      '\\.',
      '\\n',
      '[A-Cé]',
      '\\u00e9',
      '[[:punct:]]',
      '[^\\n]',
    ]);
  return `(${draw.chance(0.3) ? '?:' : ''}${alternatives(draw, depth + 1)})`;
}

/** Texts that such patterns match. */
export function drawMatchText(draw: Draw): string {
  const signs = draw.chance(0.7)
    ? ['a', 'b', 'c', 'ab']
    : ['a', 'b', 'A', 'B', 'C', ' ', '1', '-', '.', '\n', 'é', 'É', 'İ', '\u{1F600}', '@', '_'];
  return draw.many(draw.between(0, 9), () => draw.of(signs)).join('');
}

export function drawPatternFlags(draw: Draw): string {
  return draw.chance(0.05)
    ? draw.of(['z', 'x', 'G', 'gg'])
    : draw.many(draw.between(0, 2), () => draw.of(['g', 'i', 'c', 'n', 'w', 'p', 's'])).join('');
}

export function drawReplacement(draw: Draw): string {
  return draw
    .many(draw.between(0, 4), () => draw.of(['x', '\\1', '\\2', '\\&', '\\\\', '\\', '\\0', '-', '$1', '$&']))
    .join('');
}
