import { versionsDiffer } from './faults.ts';

/**
 * Roman numerals from 1 to 3999; fifteen `#` for other integers of 32 bits. What is larger, or no number, is an error in
 * PostgreSQL 15 and `#` since 17: refused.
 */
export function romanNumber(value: number): string {
  if (!(Math.abs(value) <= 2_147_483_647))
    throw versionsDiffer(
      'RN of a number beyond 32 bits is an error in PostgreSQL 15',
      'Guard the number with case.',
    );
  if (!(value >= 1 && value <= 3999)) return '#'.repeat(15);
  let rest = value;
  let text = '';
  for (const [worth, letters] of numerals)
    while (rest >= worth) {
      text += letters;
      rest -= worth;
    }
  return text;
}

const numerals = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
] as const;

/** A decimal's text as an integer, halves away from zero; NaN when it is none or far too large. */
export function roundToInteger(value: string): number {
  const match = /^(-?)(\d+)(?:\.(\d))?/.exec(value);
  if (match === null || (match[2] ?? '').length > 12) return Number.NaN;
  const whole = Number(match[2]) + (Number(match[3] ?? '0') >= 5 ? 1 : 0);
  return match[1] === '-' ? 0 - whole : whole;
}
