import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { Draw } from '../../../tests/agreement/draw.ts';
import { sharedPostgres, skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { isGodwitError } from '../../model/index.ts';
import { zoneOfText } from './zone-of-text.ts';
import { zoneFromIntl } from './zone-rules.ts';
import { zoneRulesProbe, zoneRulesVersion } from './zone-rules-version.ts';

const draw = Draw.fromEnvironment();
const proving = process.env['GODWIT_PROVE'] !== undefined;

function second(text: string): number {
  return Date.parse(`${text}Z`) / 1000;
}

/** The same for both servers: the zone remembers what it has looked up. */
const seconds = draw.many(proving ? 600 : 5, () =>
  draw.between(second('1890-01-01T00:00:00'), second('2037-12-31T00:00:00')),
);

/** Not a place, only in PostgreSQL's copy. */
const notZones = new Set(['Factory', 'posixrules', 'localtime']);

describe.each([15, 18] as const)('offsets of every zone PostgreSQL %i knows', (major) => {
  it.skipIf(skipWithoutPostgres(major))(
    'are the same, or refused, or changed by a newer edition of the rules',
    { timeout: 600_000 },
    async () => {
      const server = await sharedPostgres(major);
      const client = new Client({ ...server, database: 'postgres' });
      await client.connect();
      const { rows } = await client.query<{ name: string; offsets: number[] }>(
        `select name, array(select extract(epoch from (to_timestamp(s) at time zone name) - (to_timestamp(s) at time zone 'UTC'))::int
                            from unnest($1::bigint[]) with ordinality as probe(s, n) order by n) as offsets
         from pg_timezone_names where name not like 'posix%' order by name`,
        [seconds],
      );
      await client.end();
      const changed = new Map<string, number>();
      let refused = 0;
      for (const { name, offsets } of rows.filter((row) => !notZones.has(row.name))) {
        offsets.forEach((offset, at) => {
          const own = offsetOrRefusal(name, seconds[at] as number);
          if (own === 'refused') refused += 1;
          else if (own !== offset)
            changed.set(name, Math.min(changed.get(name) ?? Infinity, seconds[at] as number));
        });
      }
      const list = [...changed].map(
        ([name, at]) => `${name} from ${new Date(at * 1000).toISOString().slice(0, 10)}`,
      );
      console.log(
        `zones: PostgreSQL ${major}, ${rows.length} zones, ${rows.length * seconds.length} probes, ${refused} refused before 1970, other edition: ${list.join(', ') || 'none'} (seed ${draw.seed})`,
      );
      // What happened is the same everywhere; only the latest decisions of governments may be missing on one side.
      expect([...changed].filter(([, at]) => at < second('2022-01-01T00:00:00'))).toEqual([]);
    },
  );
});

function offsetOrRefusal(name: string, at: number): number | 'refused' {
  try {
    return zoneOfText(name).offsetAt(at);
  } catch (error) {
    if (isGodwitError(error, 'expression.zone-rules-uncertain') && at < 0) return 'refused';
    throw error;
  }
}

describe('zone rules', () => {
  const berlin = zoneFromIntl('Europe/Berlin');

  it('take the time before a gap, and the later one of a repeated hour', () => {
    expect(berlin?.offsetOfLocal(second('2024-03-31T02:30:00'))).toBe(3600);
    expect(berlin?.offsetOfLocal(second('2024-10-27T02:30:00'))).toBe(3600);
    expect(berlin?.offsetOfLocal(second('2024-10-27T01:59:59'))).toBe(7200);
  });

  it('repeat every 400 years from 2500 on, and keep local mean time before 1811', () => {
    for (const year of [2500, 9999, 290_000]) {
      const summer = second('2100-07-01T12:00:00') + Math.floor((year - 2100) / 400) * 146_097 * 86_400;
      expect(berlin?.offsetAt(summer)).toBe(7200);
    }
    expect(berlin?.offsetAt(-60_000_000_000)).toBe(53 * 60 + 28);
  });

  it('refuse what copies of the database tell differently', () => {
    const stockholm = zoneOfText('Europe/Stockholm');
    expect(() => stockholm.offsetAt(second('1940-06-01T00:00:00'))).toThrow(/not certain/);
    expect(stockholm.offsetAt(second('1980-06-01T00:00:00'))).toBe(7200);
    expect(() => zoneOfText('MSK')).toThrow(/different offsets/);
    expect(() => zoneOfText('AET')).toThrow(/not recognized/);
  });

  it('have a version that changes with one offset', () => {
    expect(zoneRulesVersion()).toMatch(/^probe1:[0-9a-f]{16}$/);
    expect(zoneRulesVersion()).toBe(zoneRulesVersion());
    expect(zoneRulesProbe().split('\n')).toHaveLength(40);
    expect(zoneRulesProbe()).toMatch(/^Europe\/Berlin 3208 |^Europe\/Berlin 3600 /m);
  });
});
