const dayMs = 24 * 60 * 60 * 1000;

/** From and until of `TODAY`, `LAST_N_DAYS:3` and their like, in UTC; null for a word that is none. */
export function instantRange(word: string, nowMs: number): readonly [string, string] | null {
  const [name = '', counted] = word.toUpperCase().split(':');
  const today = Math.floor(nowMs / dayMs);
  const days = (from: number, until: number): readonly [string, string] => [iso(from), iso(until)];
  const count = Number(counted ?? 1);
  switch (name) {
    case 'TODAY':
      return days(today, today + 1);
    case 'YESTERDAY':
      return days(today - 1, today);
    case 'TOMORROW':
      return days(today + 1, today + 2);
    case 'LAST_N_DAYS':
      return days(today - count, today + 1);
    case 'NEXT_N_DAYS':
      return days(today + 1, today + 1 + count);
    default:
      return null;
  }
}

const iso = (day: number): string => new Date(day * dayMs).toISOString();
