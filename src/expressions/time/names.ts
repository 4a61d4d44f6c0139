/** English names, as PostgreSQL has them under lc_time C. */
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** From December down, so that VIII is tried before VII. */
export const romanMonths = [
  'XII',
  'XI',
  'X',
  'IX',
  'VIII',
  'VII',
  'VI',
  'V',
  'IV',
  'III',
  'II',
  'I',
] as const;

/** `1st`, `2nd`, `11th`; in capitals when asked. Takes the decimal digits. */
export function ordinalOf(digits: string, upper: boolean): string {
  const teen = digits.length > 1 && digits.at(-2) === '1';
  const ending = teen ? 'th' : (endings[digits.at(-1) ?? ''] ?? 'th');
  return upper ? ending.toUpperCase() : ending;
}

const endings: Readonly<Record<string, string>> = { '1': 'st', '2': 'nd', '3': 'rd' };
