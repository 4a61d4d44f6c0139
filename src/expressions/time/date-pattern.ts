/**
 * A format of to_char, to_date and to_timestamp, cut into nodes as PostgreSQL cuts it: keywords with their modifiers,
 * quoted text, and everything else character by character.
 */
export type PatternNode =
  | {
      readonly kind: 'field';
      readonly field: PatternField;
      readonly name: string;
      readonly fill: boolean;
      readonly ordinal: '' | 'TH' | 'th';
      readonly translated: boolean;
    }
  | { readonly kind: 'text' | 'space' | 'separator'; readonly text: string };

export type FieldNode = Extract<PatternNode, { kind: 'field' }>;

/** Keywords in upper case. */
export type PatternField =
  | 'A.D.'
  | 'AD'
  | 'A.M.'
  | 'AM'
  | 'CC'
  | 'DAY'
  | 'DY'
  | 'DDD'
  | 'DD'
  | 'D'
  | 'FF1'
  | 'FF2'
  | 'FF3'
  | 'FF4'
  | 'FF5'
  | 'FF6'
  | 'FX'
  | 'HH24'
  | 'HH12'
  | 'IDDD'
  | 'ID'
  | 'IW'
  | 'IYYY'
  | 'IYY'
  | 'IY'
  | 'I'
  | 'J'
  | 'MI'
  | 'MM'
  | 'MONTH'
  | 'MON'
  | 'MS'
  | 'OF'
  | 'Q'
  | 'RM'
  | 'SSSS'
  | 'SS'
  | 'TZH'
  | 'TZM'
  | 'TZ'
  | 'US'
  | 'WW'
  | 'W'
  | 'Y,YYY'
  | 'YYYY'
  | 'YYY'
  | 'YY'
  | 'Y';

/** Longer keywords before the shorter ones they begin with. */
const upperKeywords =
  'A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY D FF1 FF2 FF3 FF4 FF5 FF6 FX HH24 HH12 HH IDDD ID IW IYYY IYY IY I J MI MM ' +
  'MONTH MON MS OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ US WW W Y,YYY YYYY YYY YY Y';

const mixedKeywords = 'Day Dy Month Mon';

const keywords: readonly string[] = [
  ...mixedKeywords.split(' '),
  ...upperKeywords.split(' '),
  ...upperKeywords.toLowerCase().split(' '),
];

/** Several spellings of one field. */
const sameField: Readonly<Record<string, PatternField>> = {
  'B.C.': 'A.D.',
  BC: 'AD',
  'P.M.': 'A.M.',
  PM: 'AM',
  HH: 'HH12',
  SSSSS: 'SSSS',
};

export function datePattern(format: string): readonly PatternNode[] {
  const known = patterns.get(format);
  if (known !== undefined) return known;
  const nodes = cutPattern(format);
  if (patterns.size > 500) patterns.clear();
  patterns.set(format, nodes);
  return nodes;
}

const patterns = new Map<string, readonly PatternNode[]>();

function cutPattern(format: string): readonly PatternNode[] {
  const nodes: PatternNode[] = [];
  let at = 0;
  while (at < format.length) {
    const prefix = /^(?:FM|fm|TM|tm)/.exec(format.slice(at, at + 2))?.[0] ?? '';
    at += prefix.length;
    if (at >= format.length) break;
    const name = keywords.find((one) => format.startsWith(one, at));
    if (name === undefined) at = cutLiteral(format, at, nodes);
    else at = cutField(format, at, name, prefix, nodes);
  }
  return nodes;
}

function cutField(format: string, at: number, name: string, prefix: string, nodes: PatternNode[]): number {
  const upper = name.toUpperCase();
  const end = at + name.length;
  const suffix = /^(?:TH|th|SP)/.exec(format.slice(end, end + 2))?.[0] ?? '';
  nodes.push({
    kind: 'field',
    field: sameField[upper] ?? (upper as PatternField),
    name,
    fill: prefix.toUpperCase() === 'FM',
    translated: prefix.toUpperCase() === 'TM',
    ordinal: suffix === 'TH' || suffix === 'th' ? suffix : '',
  });
  return end + suffix.length;
}

function cutLiteral(format: string, at: number, nodes: PatternNode[]): number {
  if (format.charAt(at) === '"') return cutQuoted(format, at + 1, nodes);
  const from = format.startsWith('\\"', at) ? at + 1 : at;
  const text = characterAt(format, from);
  const kind = isSeparator(text) ? 'separator' : isSpace(text) ? 'space' : 'text';
  nodes.push({ kind, text });
  return from + text.length;
}

function cutQuoted(format: string, from: number, nodes: PatternNode[]): number {
  let at = from;
  while (at < format.length) {
    if (format.charAt(at) === '"') return at + 1;
    if (format.charAt(at) === '\\' && at + 1 < format.length) at += 1;
    const text = characterAt(format, at);
    nodes.push({ kind: 'text', text });
    at += text.length;
  }
  return at;
}

/** One character, also where it takes two code units. */
export function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** Printable ASCII that is neither letter nor digit nor blank. */
export function isSeparator(character: string): boolean {
  return /^[!-/:-@[-`{-~]$/.test(character);
}

export function isSpace(character: string): boolean {
  return /^[ \t\n\v\f\r]$/.test(character);
}
