const first = 31;
const last = 67;

export const isServed = (version: string): boolean => Number(version) >= first && Number(version) <= last;

/** `GET /services/data`: three releases a year, Winter is named after the year that follows. */
export function versionList(): readonly {
  readonly label: string;
  readonly url: string;
  readonly version: string;
}[] {
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const number = first + at;
    const season = ['Summer', 'Winter', 'Spring'][(number - first) % 3] ?? '';
    // 31.0 was Summer '14, 34.0 Summer '15.
    const year = 14 + Math.floor((number - first + 2) / 3);
    const named = season === 'Summer' ? 14 + Math.floor((number - first) / 3) : year;
    return { label: `${season} '${named}`, url: `/services/data/v${number}.0`, version: `${number}.0` };
  });
}
