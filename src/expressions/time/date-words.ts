/** The words PostgreSQL knows in date and time texts, apart from zones. */
export type DateWord =
  | { readonly kind: 'month'; readonly month: number }
  | { readonly kind: 'weekday' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'meridiem'; readonly afternoon: boolean }
  | { readonly kind: 'era'; readonly bc: boolean }
  | { readonly kind: 'summer' }
  | { readonly kind: 'julian' }
  | { readonly kind: 'time-mark' }
  | { readonly kind: 'unit' }
  | { readonly kind: 'clock' }
  | { readonly kind: 'whole'; readonly value: 'epoch' | 'infinity' | '-infinity' | 'midnight' };

export function dateWord(text: string): DateWord | undefined {
  return words.get(text);
}

const months = [
  'jan january',
  'feb february',
  'mar march',
  'apr april',
  'may',
  'jun june',
  'jul july',
  'aug august',
  'sep sept september',
  'oct october',
  'nov november',
  'dec december',
];

const weekdays =
  'sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday';

const words: ReadonlyMap<string, DateWord> = new Map<string, DateWord>([
  ...months.flatMap((names, index) =>
    names.split(' ').map((name) => [name, { kind: 'month', month: index + 1 }] as const),
  ),
  ...weekdays.split(' ').map((name) => [name, { kind: 'weekday' }] as const),
  ...['at', 'on'].map((name) => [name, { kind: 'ignored' }] as const),
  ['am', { kind: 'meridiem', afternoon: false }],
  ['pm', { kind: 'meridiem', afternoon: true }],
  ['ad', { kind: 'era', bc: false }],
  ['bc', { kind: 'era', bc: true }],
  ['dst', { kind: 'summer' }],
  ...['j', 'jd', 'julian'].map((name) => [name, { kind: 'julian' }] as const),
  ['t', { kind: 'time-mark' }],
  ...['d', 'h', 'm', 'mm', 's', 'y', 'dow', 'doy', 'isodow', 'isoyear'].map(
    (name) => [name, { kind: 'unit' }] as const,
  ),
  ...['now', 'today', 'tomorrow', 'yesterday'].map((name) => [name, { kind: 'clock' }] as const),
  ['epoch', { kind: 'whole', value: 'epoch' }],
  ['infinity', { kind: 'whole', value: 'infinity' }],
  ['+infinity', { kind: 'whole', value: 'infinity' }],
  ['-infinity', { kind: 'whole', value: '-infinity' }],
  ['allballs', { kind: 'whole', value: 'midnight' }],
]);
