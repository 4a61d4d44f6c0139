import type { SeededChoice } from '../../../demo/seeded-choice.ts';

/** Values as people and programs leave them in databases, and values that are almost the same. */

/** Everything a table of these proofs holds, in godwit's canonical text; which of them, and under which key, says its shape. */
export const plainFields = [
  'title',
  'note',
  'amount',
  'ratio',
  'big',
  'active',
  'photo',
  'seen',
  'doc',
] as const;
export type PlainField = (typeof plainFields)[number];
export type PlainValue = string | boolean | Uint8Array | null;
export type PlainRecord = Readonly<Record<PlainField, PlainValue>>;

const words = [
  'Ada',
  'Zoë',
  'Åsa',
  "O'Brien",
  'a|b',
  'null',
  'NULL',
  '<null>',
  '東京',
  '👩‍🚀',
  'x\ty',
  'line\nline',
  '"',
  '\\N',
  'É',
  'é',
];

export function drawText(choice: SeededChoice): string {
  const text = Array.from({ length: 1 + choice.below(3) }, () => choice.of(words)).join(
    choice.of([' ', '  ', '']),
  );
  return choice.chance(0.1) ? `${text} ` : text;
}

/** @param number differs for every record of a table, so that `big` names a record where nothing else does */
export function drawRecord(choice: SeededChoice, number: number): PlainRecord {
  return {
    title: drawText(choice),
    note: choice.of([null, '', '   ', drawText(choice)]),
    amount: drawAmount(choice),
    ratio: choice.chance(0.1) ? null : String((choice.fraction() - 0.5) * 10 ** (choice.below(20) - 10)),
    big: String(BigInt(number) * 1_000_003n + 1_234_567_890_123_000_000n),
    active: choice.chance(0.1) ? null : choice.chance(0.5),
    photo: choice.chance(0.2) ? null : drawBytes(choice),
    seen: drawTime(choice),
    doc: choice.chance(0.2) ? null : drawDocument(choice),
  };
}

function drawAmount(choice: SeededChoice): string {
  const units = choice.below(10 ** (1 + choice.below(9)));
  return `${choice.chance(0.3) && units > 0 ? '-' : ''}${Math.floor(units / 100)}.${String(units % 100).padStart(2, '0')}`;
}

function drawBytes(choice: SeededChoice): Uint8Array {
  return Uint8Array.from({ length: 1 + choice.below(8) }, () => choice.below(256));
}

const two = (number: number): string => String(number).padStart(2, '0');

function drawDay(choice: SeededChoice): string {
  return `${1950 + choice.below(80)}-${two(1 + choice.below(12))}-${two(1 + choice.below(28))}`;
}

/** Never the first or the last hour of a day, so that an hour's shift stays within it. */
function drawTime(choice: SeededChoice): string {
  const fraction = choice.chance(0.3) ? `.${1 + choice.below(9)}` : '';
  return `${drawDay(choice)} ${two(2 + choice.below(20))}:${two(choice.below(60))}:${two(choice.below(60))}${fraction}`;
}

function drawDocument(choice: SeededChoice): string {
  return `{"n": ${choice.below(1_000)}, "tags": ["${choice.of(['a', 'b', 'c'])}", "d"], "wide": 90071992547409${choice.below(1_000)}}`;
}

/** Another value for the field: often one that is hard to tell from the first, never one that is the same. */
export function alteredValue(
  choice: SeededChoice,
  field: PlainField,
  value: PlainValue,
  nullable: boolean,
): PlainValue {
  if (value !== null && nullable && choice.chance(0.1)) return null;
  for (;;) {
    const altered =
      value === null ? drawRecord(choice, choice.below(1e6))[field] : nudged(choice, field, value);
    if (altered !== null && alike(field, altered) !== alike(field, value)) return altered;
  }
}

function nudged(choice: SeededChoice, field: PlainField, value: string | boolean | Uint8Array): PlainValue {
  if (typeof value === 'boolean') return !value;
  if (value instanceof Uint8Array) {
    const bytes = Uint8Array.from(value);
    const at = choice.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << choice.below(8));
    return choice.chance(0.2) ? bytes.subarray(0, -1) : bytes;
  }
  switch (field) {
    case 'title':
    case 'note':
      return nudgedText(choice, value);
    case 'amount':
      return choice.chance(0.5) ? drawAmount(choice) : `${value.slice(0, -1)}${choice.below(10)}`;
    case 'ratio':
      return String(Number(value) * (1 + choice.of([1, -1]) * choice.of([2 ** -52, 1e-12, 1e-3])));
    case 'big':
      return String(BigInt(value) + BigInt(choice.of([1, -1, 500, -789])));
    case 'seen':
      return choice.chance(0.5) ? `${value.slice(0, 19)}.${1 + choice.below(9)}` : drawTime(choice);
    case 'doc':
      return choice.of([
        drawDocument(choice),
        value.replace(/(\d)}$/, (_, digit: string) => `${(Number(digit) + 1) % 10}}`),
      ]);
    case 'active':
    case 'photo':
      return value;
  }
}

function nudgedText(choice: SeededChoice, text: string): string {
  const letters = [...text];
  const at = choice.below(letters.length + 1);
  const [head, tail] = [letters.slice(0, at).join(''), letters.slice(at).join('')];
  return choice.of([
    `${text} `,
    text.trimEnd(),
    text.toUpperCase(),
    text.normalize('NFD'),
    head,
    `${head}x${tail}`,
    letters.toReversed().join(''),
    Buffer.from(text).toString('latin1'),
  ]);
}

/** One spelling for values that mean the same, worked out here and not by the code under test. */
export function alike(field: PlainField, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (field === 'photo') return hexOf(value);
  if (field === 'active') return String(value === true || value === 't');
  if (typeof value !== 'string') return `not a text: ${JSON.stringify(value)}`;
  switch (field) {
    case 'amount': {
      const text = value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
      return text === '-0' ? '0' : text;
    }
    case 'ratio':
      return String(Number(value));
    case 'seen':
      return value
        .replace(/\+00$/, '')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    case 'doc':
      return JSON.stringify(sorted(JSON.parse(withWholeNumbersAsTexts(value))));
    case 'title':
    case 'note':
    case 'big':
      return JSON.stringify(value);
  }
}

/** The documents here hold whole numbers only; in texts that name records godwit writes 120 as 12e1. */
function withWholeNumbersAsTexts(document: string): string {
  return document.replace(
    /(?<=[:[,] ?)(-?\d+)(?:e(\d+))?/g,
    (_, digits: string, zeros: string | undefined) => `"${digits}${'0'.repeat(Number(zeros ?? 0))}"`,
  );
}

function hexOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  const { hex, x } = value as { readonly hex?: string; readonly x?: string };
  return hex ?? x ?? 'neither bytes nor their digits';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}
