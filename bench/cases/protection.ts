import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { median } from '../crm/measure-in-turns.ts';
import type { BenchOptions, Figure } from '../figure.ts';
import { FollowedTarget } from '../protection/followed-target.ts';
import { debianPrograms, Pgbench, p99, type Stretch } from '../protection/pgbench.ts';
import { type CopyTaken, SharedSource } from '../protection/shared-source.ts';

/**
 * What others feel of a run: Debian's PostgreSQL 15 serves `pgbench` at 30 % of what it can, and godwit copies a table out of
 * it, once as it does by default and once without a budget, in turns. For each copy the 99th percentile of the transactions
 * while it copies, beside that of as long a time just before, in which nothing else is at work. Latencies count from when a
 * transaction was due. Then the same table goes into a target whose replica is slow, with limits for its lag and for the log
 * that is kept for it, and without: the most that was seen of both.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  if (!existsSync(`${debianPrograms}/bin/pgbench`)) {
    console.error('not measured: pgbench of Debian’s PostgreSQL 15 is not installed');
    return;
  }
  const records = Math.max(100_000, Math.round(4_000_000 * scale));
  const seconds = Math.max(8, Math.round(60 * scale));
  await using shared = await SharedSource.start(records);
  const pgbench = new Pgbench(shared.source);
  await pgbench.fill(Math.max(5, Math.round(50 * scale)));
  await pgbench.most(5);
  const most = await pgbench.most(Math.max(10, seconds / 2));
  const rate = Math.round(most * 0.3);
  const of = { bench: 'protection', case: `${records} records out of a source that serves pgbench at 30 %` };
  yield { ...of, figure: 'pgbench, as much as goes', value: Math.round(most), unit: 'transactions/s' };
  const taken: Record<Way, Felt[]> = { 'default budget': [], 'no budget': [] };
  for (let round = 0; round < runs; round += 1) {
    const order: readonly Way[] =
      round % 2 === 0 ? ['default budget', 'no budget'] : ['no budget', 'default budget'];
    for (const way of order) {
      const felt = await feel(shared, pgbench, { way, rate, seconds });
      taken[way].push(felt);
      console.error(`round ${round + 1}, ${way}: ${JSON.stringify(felt)}`);
    }
  }
  for (const way of ways) yield* figuresOf(of, way, taken[way]);
  yield* ofTheReplica(shared, seconds);
}

const limits = { lagSeconds: 5, keptMib: 128 };

/** Into a target with a slow replica, once as fast as it goes and once within limits; the most that was seen of each. */
async function* ofTheReplica(shared: SharedSource, seconds: number): AsyncGenerator<Figure> {
  await using followed = await FollowedTarget.start(shared.source);
  const unlimited = 'source: { read_mib_per_second: unlimited }';
  const within = `${unlimited}, target: { replica_lag_seconds: ${limits.lagSeconds}, log_kept_mib: ${limits.keptMib} }`;
  const free = await followed.copy(`protection: { ${unlimited} }\n`, seconds);
  const held = await followed.copy(`protection: { ${within} }\n`, seconds);
  console.error(`a slow replica, no limits: ${JSON.stringify(free)}, limits: ${JSON.stringify(held)}`);
  const of = { bench: 'protection', case: 'into a target whose replica is slow', against: 'no limits' };
  const [lag, kept] = [rounded(held.lagSecondsMax), rounded(held.keptMibMax)];
  yield {
    ...of,
    figure: `lag at most, limit ${limits.lagSeconds} s`,
    value: lag,
    unit: 's',
    ratio: rounded(lag / free.lagSecondsMax),
  };
  yield {
    ...of,
    figure: `log kept at most, limit ${limits.keptMib} MiB`,
    value: kept,
    unit: 'MiB',
    ratio: rounded(kept / free.keptMibMax),
  };
}

const ways = ['default budget', 'no budget'] as const;
type Way = (typeof ways)[number];

const settings: Readonly<Record<Way, string>> = {
  'default budget': '',
  'no budget': 'protection: { source: { read_mib_per_second: unlimited } }\n',
};

interface Felt {
  readonly quietMs: number;
  readonly copyingMs: number;
  readonly mibPerSecond: number;
}

async function feel(
  shared: SharedSource,
  pgbench: Pgbench,
  { way, rate, seconds }: { readonly way: Way; readonly rate: number; readonly seconds: number },
): Promise<Felt> {
  await using copy = await shared.prepared(settings[way]);
  await using load = pgbench.steadily(rate);
  await wait(3_000);
  const quiet: Stretch = { from: Date.now() / 1_000, to: Date.now() / 1_000 + seconds };
  await wait(seconds * 1_000);
  const copying: CopyTaken = await copy.copyFor(seconds);
  const all = await load.end();
  const mibPerSecond = copying.mib / (copying.to - copying.from);
  return {
    quietMs: rounded(p99(all, quiet)),
    copyingMs: rounded(p99(all, copying)),
    mibPerSecond: rounded(mibPerSecond),
  };
}

function* figuresOf(of: Pick<Figure, 'bench' | 'case'>, way: Way, felt: readonly Felt[]): Generator<Figure> {
  const middle = (value: (one: Felt) => number): number => rounded(median(felt.map(value)));
  yield { ...of, figure: `p99 before, ${way}`, value: middle(({ quietMs }) => quietMs), unit: 'ms' };
  yield {
    ...of,
    figure: `p99 while copying, ${way}`,
    value: middle(({ copyingMs }) => copyingMs),
    unit: 'ms',
    against: 'before',
    ratio: middle(({ quietMs, copyingMs }) => copyingMs / quietMs),
  };
  yield { ...of, figure: `copied, ${way}`, value: middle(({ mibPerSecond }) => mibPerSecond), unit: 'MiB/s' };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
