import { copyByHand } from '../crm/copy-by-hand.ts';
import { copyWithGodwit } from '../crm/copy-with-godwit.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { CrmServers } from '../crm/crm-servers.ts';
import { missingTools } from '../crm/debian-tools.ts';
import { type Contender, measureInTurns, median, unprepared } from '../crm/measure-in-turns.ts';
import { expectSame } from '../crm/same-database.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * How time and memory grow with the data: the whole schema at a quarter, once and four times the size. The exponent is that of
 * `time = a * size ^ exponent`, by least squares over the logarithms; the best by hand says what the servers themselves add.
 */
const shares = [0.25, 1, 4] as const;
const [hand, godwit] = ['by hand, binary COPY, 2 streams', 'godwit'] as const;

export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  if ((await missingTools(['psql'])).length > 0)
    throw new RangeError('psql is not installed (Debian: postgresql-client)');
  const found = new Map<string, { readonly rows: number; readonly seconds: number }[]>([
    [hand, []],
    [godwit, []],
  ]);
  for (const share of shares) {
    const rows = Object.values(rowsAt(scale * share)).reduce((sum, count) => sum + count, 0);
    const of = { bench: 'growth', case: `${rows} records, 4 tables, PostgreSQL 15` };
    await using servers = await CrmServers.start(scale * share);
    const taken = await measureInTurns(servers, contenders, runs);
    for (const [name, all] of taken) {
      const seconds = median(all.map((one) => one.seconds));
      found.get(name)?.push({ rows, seconds });
      yield { ...of, figure: name, value: rounded(seconds), unit: 's' };
      for (const { figure, unit } of all[0]?.more ?? [])
        if (unit === 'MiB') {
          const values = all.map(
            ({ more }) => more.find((one) => one.figure === figure)?.value ?? Number.NaN,
          );
          yield { ...of, figure: `${name}: ${figure}`, value: Math.round(median(values)), unit };
        }
    }
  }
  const of = { bench: 'growth', case: `${shares.join('x, ')}x the size` };
  const [byHand, own] = [hand, godwit].map((name) => exponentOf(found.get(name) ?? []));
  yield { ...of, figure: `${hand}: exponent`, value: rounded(byHand ?? Number.NaN), unit: '' };
  yield {
    ...of,
    figure: `${godwit}: exponent`,
    value: rounded(own ?? Number.NaN),
    unit: '',
    against: hand,
    ratio: rounded((own ?? Number.NaN) / (byHand ?? Number.NaN)),
  };
}

const contenders: readonly Contender[] = (
  [
    [hand, unprepared(copyByHand)],
    [godwit, copyWithGodwit],
  ] as const satisfies readonly (readonly [string, Contender['prepare']])[]
).map(([name, prepare]) => ({
  name,
  prepare,
  verify: async (source, target) => expectSame(source, target, name),
}));

/** The slope of the line through the points in logarithms. */
function exponentOf(points: readonly { readonly rows: number; readonly seconds: number }[]): number {
  const [xs, ys] = [points.map(({ rows }) => Math.log(rows)), points.map(({ seconds }) => Math.log(seconds))];
  const [x, y] = [mean(xs), mean(ys)];
  const above = xs.reduce((sum, one, at) => sum + (one - x) * ((ys[at] ?? y) - y), 0);
  return above / xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
