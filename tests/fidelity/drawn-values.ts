import type { SeededChoice } from '../../demo/seeded-choice.ts';

/** Texts as people leave them in columns: each in every run, wherever the type takes it. */
export const awkwardTexts: readonly string[] = [
  '',
  ' ',
  'a ',
  ' a',
  'NULL',
  '\\N',
  '\\',
  "O'Brien",
  '"quoted"',
  'tab\there',
  'line\nline\r\n',
  'Zoë Åsa ß ı İ',
  'e\u0301 is not \u00e9',
  '東京',
  '👩‍🚀💥',
  '\u202eright to left',
  '\ufeffmark',
  '\u0001\u001f\u007f',
  '007',
  '1e5',
  '-0',
  ' 12 ',
  '0x1F',
  '2026-11-21',
  'infinity',
  'true',
  '{"a": 1}',
  '{a,b}',
  '10.0.0.1',
  'a,b',
  '%_',
  'x'.repeat(20),
  'é'.repeat(21),
  '💥'.repeat(10),
  'y'.repeat(255),
  'ü'.repeat(256),
  'z'.repeat(300),
];

const letters = [...'abcXYZ 0123456789-_.,;:\'"\\/|{}[]()<>äöüßéñçжя中日本€👍🏽\t\n'];

export function drawText(choice: SeededChoice, charactersMax = 300): string {
  const wanted = choice.chance(0.1)
    ? choice.below(charactersMax + 1)
    : choice.below(Math.min(24, charactersMax + 1));
  return Array.from({ length: wanted }, () => choice.of(letters)).join('');
}

/** Texts of at most so many characters, awkward ones first. */
export function textsUpTo(charactersMax: number): readonly string[] {
  return awkwardTexts.filter((text) => [...text].length <= charactersMax);
}

export function drawBytes(choice: SeededChoice, bytesMax = 40): Uint8Array {
  return Uint8Array.from({ length: choice.below(bytesMax + 1) }, () => choice.below(256));
}

export const awkwardBytes: readonly string[] = [
  '',
  '00',
  'ff',
  'c328',
  '80',
  '5c78',
  '27220a0d',
  '00ff00ff00',
  'efbbbf61',
];

/** Whole numbers of every size between two bounds, the bounds among them. */
export function drawWhole(choice: SeededChoice, least: bigint, most: bigint): string {
  if (choice.chance(0.05)) return String(choice.chance(0.5) ? least : most);
  const digits = 1 + choice.below(20);
  let number = 0n;
  for (let at = 0; at < digits; at += 1) number = number * 10n + BigInt(choice.below(10));
  if (choice.chance(0.5)) number = -number;
  return String(number < least ? least + (-number % (most - least)) : number > most ? number % most : number);
}

export function wholeTraps(least: bigint, most: bigint): readonly string[] {
  const around = [
    0n,
    1n,
    -1n,
    127n,
    128n,
    255n,
    256n,
    32_767n,
    32_768n,
    65_536n,
    8_388_608n,
    2n ** 24n + 1n,
    2n ** 31n,
    2n ** 53n + 1n,
    2n ** 63n,
  ];
  return [least, most, ...around.filter((number) => number > least && number < most)].map(String);
}

/** A decimal with at most so many digits before and behind the point; the scale is not always used up. */
export function drawDecimal(choice: SeededChoice, before: number, behind: number): string {
  const whole = digitsOf(choice, choice.below(before + 1)).replace(/^0+/, '') || '0';
  const fraction = digitsOf(choice, choice.below(behind + 1));
  return `${choice.chance(0.4) ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function digitsOf(choice: SeededChoice, count: number): string {
  return Array.from({ length: count }, () => choice.below(10)).join('');
}

/** A binary number of any size, mostly of the size people use. */
export function drawFloat(choice: SeededChoice, narrow: boolean): string {
  const size = choice.chance(0.3) ? (choice.fraction() - 0.5) * (narrow ? 60 : 560) : choice.fraction() * 6;
  const value = (choice.fraction() - 0.5) * 10 ** size;
  const whole = choice.chance(0.3) ? Math.trunc(value) : value;
  return String(narrow ? Math.fround(whole) : whole);
}

export function drawDay(choice: SeededChoice, yearLeast: number, yearMost: number): string {
  const year = yearLeast + choice.below(yearMost - yearLeast + 1);
  return `${String(year).padStart(4, '0')}-${two(1 + choice.below(12))}-${two(1 + choice.below(28))}`;
}

export function drawClock(choice: SeededChoice, fractionDigits: number): string {
  const fraction = choice.chance(0.5) ? digitsOf(choice, choice.below(fractionDigits + 1)) : '';
  const clock = [choice.below(24), choice.below(60), choice.below(60)].map(two).join(':');
  return choice.chance(0.1) ? '00:00:00' : `${clock}${fraction === '' ? '' : `.${fraction}`}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

export function drawUuid(choice: SeededChoice): string {
  const hex = Array.from({ length: 32 }, () => choice.below(16).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function drawJson(choice: SeededChoice, depth = 0): string {
  switch (choice.below(depth > 2 ? 4 : 6)) {
    case 0:
      return drawDecimal(choice, 22, 8);
    case 1:
      return JSON.stringify(drawText(choice, 20));
    case 2:
      return choice.of(['true', 'false', 'null']);
    case 3:
      return choice.of(['1e5', '-0', '0.10', '12345678901234567890', '"\\u00e9\\ud83d\\ude00"', '1E+2']);
    case 4:
      return `[${Array.from({ length: choice.below(4) }, () => drawJson(choice, depth + 1)).join(', ')}]`;
    default:
      return `{${Array.from({ length: choice.below(4) }, (_none, at) => `"${choice.of(['b', 'a', 'é', ' '])}${at}" : ${drawJson(choice, depth + 1)}`).join(',')}}`;
  }
}

export const awkwardJson: readonly string[] = [
  '{}',
  '[]',
  'null',
  '"text"',
  '1.0000000000000000001',
  '{"b":1,  "a" : [true,null]}',
  '{"a":1,"a":2}',
  '12345678901234567890123',
  '1e400',
  '"\\u0000"',
  '"\\ud83d\\ude00"',
  '[1.10, -0, 0.5e-3]',
];
