import type { Draw } from './draw.ts';

/** Formats of to_char, to_date, to_timestamp and to_number, put together at random, and texts for them. */
const dateKeywords = (
  'A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY Day Dy D FF1 FF2 FF3 FF4 FF5 FF6 FX HH24 HH12 HH IDDD ID IW IYYY IYY IY I J MI ' +
  'MM MONTH MON MS Month Mon OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ US WW W Y,YYY YYYY YYY YY Y a.d. am bc day dd ' +
  'ddd dy d hh24 hh id iw iyyy j mi mm month mon ms pm q rm ss ssss tz us ww w y,yyy yyyy yy y'
).split(' ');

const literals = ['-', '/', ':', ' ', '.', ', ', '"text"', '\\"', 'x', 'é', '  ', '"a\\"b"', '*', '"'];

export function drawDateFormat(draw: Draw): string {
  if (draw.chance(0.03)) return draw.of(['', ' ', 'plain', '"quoted"', 'FM', 'TM']);
  let format = '';
  for (let count = draw.between(1, 7); count > 0; count -= 1) {
    const prefix = draw.chance(0.2) ? draw.of(['FM', 'fm', 'TM']) : '';
    const suffix = draw.chance(0.15) ? draw.of(['TH', 'th', 'SP']) : '';
    format += prefix + draw.of(dateKeywords) + suffix;
    if (draw.chance(0.6)) format += draw.of(literals);
  }
  return format;
}

const useful: readonly (readonly [format: string, text: string])[] = [
  ['YYYY-MM-DD', '2024-02-29'],
  ['YYYY-MM-DD', '2023-02-29'],
  ['DD/MM/YYYY', '5/1/2024'],
  ['DDMMYYYY', '05012024'],
  ['DD Mon YYYY', '05 jan 2024'],
  ['FMDD FMMonth YYYY', '5 September 1999'],
  ['Month DD, YYYY', 'February  3,2020'],
  ['YYYYMMDDHH24MISS', '20240105143015'],
  ['YYYYMMDDHH24MISSMS', '20240105143015123'],
  ['YYYY-MM-DD HH24:MI:SS.US', '2024-01-05 14:30:15.1234'],
  ['YYYY-MM-DD"T"HH24:MI:SS.FF3', '2024-01-05T14:30:15.123456'],
  ['YYYY-MM-DD HH12:MI AM', '2024-01-05 12:30 pm'],
  ['YYYY-MM-DD HH24:MI:SSTZH:TZM', '2024-01-05 14:30:15-05:30'],
  ['YYYY-MM-DD HH24:MI TZH', '2024-01-05 14:30 +2'],
  ['IYYY-IW-ID', '2024-01-5'],
  ['IYYY-IDDD', '2024-100'],
  ['YYYY-DDD', '2024-366'],
  ['YYYY WW', '2024 12'],
  ['YYYY MM W', '2024 03 2'],
  ['J', '2460315'],
  ['CC YY', '20 24'],
  ['YY-MM-DD', '69-1-1'],
  ['YY-MM-DD', '70-1-1'],
  ['YYY-MM-DD', '519-1-1'],
  ['Y-MM-DD', '4-1-1'],
  ['Y,YYY MM', '2,024 05'],
  ['RM YYYY', 'viii 2024'],
  ['Day DD Mon YYYY', 'Friday 05 Jan 2024'],
  ['DY DD', 'Sat 1'],
  ['YYYY BC', '44 BC'],
  ['YYYY B.C.', '44 b.c.'],
  ['SSSS', '86399'],
  ['Q YYYY', '3 2024'],
  ['DDth Mon YYYY', '1st Jan 2024'],
  ['FXYYYY-MM-DD', '2024-1-05'],
  ['FXYYYY/MM/DD', '2024-01-05'],
  ['YYYYth', '2024th'],
];

/** A text and a format that mostly belong together. */
export function drawTextAndFormat(
  draw: Draw,
  generated: (format: string) => string,
): readonly [text: string, format: string] {
  if (draw.chance(0.55)) {
    const [format, text] = draw.of(useful);
    return draw.chance(0.5)
      ? [text, format]
      : [altered(draw, text), draw.chance(0.3) ? altered(draw, format) : format];
  }
  const format = drawDateFormat(draw);
  return [draw.chance(0.7) ? generated(format) : altered(draw, generated(format)), format];
}

function altered(draw: Draw, text: string): string {
  if (text === '') return text;
  const at = draw.between(0, text.length - 1);
  return draw.of([
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + draw.of([' ', '-', '1', '9', 'x', ':', '  ', '+', 'é', '0']) + text.slice(at),
    ` ${text} `,
    text.toUpperCase(),
    text.replaceAll(/[-/: ]/g, draw.of(['', ' ', '.', '--'])),
    text.slice(0, at),
  ]);
}

const numberKeywords = '9 9 9 9 0 0 . , D G S MI PL SG PR TH th V EEEE L B C SP RN rn FM'.split(' ');

export function drawNumberFormat(draw: Draw): string {
  if (draw.chance(0.45)) return draw.of(usefulNumberFormats);
  let format = draw.chance(0.3) ? 'FM' : '';
  for (let count = draw.between(1, 9); count > 0; count -= 1)
    format += draw.chance(0.6) ? '9' : draw.of(numberKeywords);
  return draw.chance(0.15) ? format + draw.of(['"x"', ' ', 'a', '-', '%', 'é']) : format;
}

const usefulNumberFormats = [
  '999',
  'FM999',
  '9999.99',
  'FM9999.99',
  'FM9990.00',
  '0000.00',
  '9,999,999.99',
  'FM9G999G999D99',
  'S9999',
  '9999S',
  'S999.9',
  '99.9S',
  '999MI',
  'MI999',
  '999PR',
  'FM999PR',
  'PL999',
  'SG999',
  '999th',
  '999TH',
  'RN',
  'FMRN',
  'rn',
  '99V99',
  'FM99V9',
  '9.99EEEE',
  '9EEEE',
  'L999.99',
  'B999',
  '"$"FM999,999.00',
  '999 %',
  '.99',
  '0.9',
  '999999999999999999.999999',
  '',
];

export function drawDecimal(draw: Draw): string {
  if (draw.chance(0.3))
    return draw.of([
      '0',
      '0.00',
      '-0.5',
      '0.5',
      '1',
      '-1',
      '9.99',
      '9.995',
      '-9.995',
      '1234567.891',
      '0.000123',
      '3999',
      '4000',
      '-12',
      '2.5',
      '12',
      '11',
      '21',
      '113',
      'NaN',
      'Infinity',
      '-Infinity',
      '99999999999999999999.9',
    ]);
  const whole = `${draw.between(0, 10 ** draw.between(0, 7))}`;
  const fraction = draw.chance(0.5)
    ? `.${`${draw.between(0, 999_999)}`.padStart(draw.between(1, 6), '0')}`
    : '';
  return `${draw.chance(0.4) && /[1-9]/.test(whole + fraction) ? '-' : ''}${whole}${fraction}`;
}

export function drawNumberText(draw: Draw): string {
  const number = drawDecimal(draw);
  return draw.of([
    number,
    number,
    `${number}-`,
    `+${number}`,
    `<${number.replace('-', '')}>`,
    number.replace(/(\d)(\d{3})/, '$1,$2'),
    ` ${number}`,
    `$${number}`,
    `${number} th`,
    '',
    'abc',
    '1 2 3',
    '- 5',
  ]);
}
