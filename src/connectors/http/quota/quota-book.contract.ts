import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Quota, QuotaBook, QuotaRule } from '../../../model/index.ts';
import { settled } from './quota-world.contract.ts';

/** A book in a world whose true time, clock on the wall and starts of the machine a test moves. */
export interface BookWorld extends Disposable {
  readonly book: QuotaBook;
  /** True milliseconds since 1970, as the vendor knows them. */
  trueMs: number;
  /** What the clock on the wall is ahead. */
  wallAheadMs: number;
  /** The process ends without a word. */
  kill(): void;
  /** The machine restarts, with a clock that is right. */
  reboot(downMs: number): void;
}

export type MakeBook = (startMs?: number) => Promise<BookWorld>;

/** One suite for every book: the invariants of `QuotaBook`. @param lives how many drawn ones */
export function quotaBookContract(name: string, make: MakeBook, lives: number): void {
  describe(`quota book contract: ${name}`, () => {
    describe('a book of quotas', () => {
      test('lets so many units go within a rolling window, and says when the next may', async () => {
        using world = await make();
        for (let at = 0; at < 3; at += 1) expect(await take(world, tenSeconds)).toBe(true);
        const refused = await world.book.reserve(one(tenSeconds), 1_000);
        expect(refused).toMatchObject({ granted: false, quota: 'ten seconds' });
        const waitMs = refused.granted ? 0 : refused.waitMs;
        expect(waitMs).toBeGreaterThanOrEqual(10_000);
        expect(waitMs).toBeLessThanOrEqual(10_010);
        world.trueMs += waitMs;
        expect(await take(world, tenSeconds)).toBe(true);
      });

      test('units of a day come back when a vendor that counts it in minutes has let go of them, too', async () => {
        using world = await make();
        const day: Quota = { name: 'day', rule: { kind: 'rolling', windowMs: 86_400_000 }, limit: 1 };
        for (let call = 0; call < 12; call += 1) {
          const minute = Math.floor(world.trueMs / 60_000);
          expect(await take(world, day)).toBe(true);
          const refused = await world.book.reserve(one(day), 1_000);
          world.trueMs += refused.granted ? 0 : refused.waitMs;
          expect(Math.floor(world.trueMs / 60_000) - 1_440).toBeGreaterThan(minute);
          world.trueMs += 80_000;
        }
      });

      test('counts a call from its answer on, and while it is under way', async () => {
        using world = await make();
        const grant = await world.book.reserve(one(tenSeconds, 3), 30_000);
        world.trueMs += 12_000;
        expect(await take(world, tenSeconds)).toBe(false);
        if (grant.granted) await world.book.settle(grant.id, settled());
        world.trueMs += 9_000;
        expect(await take(world, tenSeconds)).toBe(false);
        world.trueMs += 1_020;
        expect(await take(world, tenSeconds)).toBe(true);
      });

      test('takes all charges of a call or none', async () => {
        using world = await make();
        const narrow: Quota = { ...tenSeconds, name: 'search', limit: 1 };
        const both = [...one(tenSeconds), ...one(narrow)];
        expect(await world.book.reserve(both, 1_000)).toMatchObject({ granted: true });
        expect(await world.book.reserve(both, 1_000)).toMatchObject({ granted: false, quota: 'search' });
        expect(await world.book.use(tenSeconds)).toMatchObject({ used: 1 });
      });

      test('refuses a call that never fits, and gives back what never reached the vendor', async () => {
        using world = await make();
        await expect(world.book.reserve(one(tenSeconds, 4), 1_000)).rejects.toMatchObject({
          code: 'http.cost-over-quota',
        });
        const grant = await world.book.reserve(one(tenSeconds, 3), 1_000);
        if (grant.granted) await world.book.settle(grant.id, { ...settled(), reached: false });
        expect(await world.book.use(tenSeconds)).toMatchObject({ used: 0 });
      });

      test('holds a queued job until it is released, also through a restart', async () => {
        using world = await make();
        const jobs: Quota = { name: 'jobs', rule: { kind: 'at-once' }, limit: 1 };
        const charges = [{ quota: jobs, cost: 1, holdMs: 3_600_000 }];
        const grant = await world.book.reserve(charges, 1_000);
        if (!grant.granted) throw new Error('the first job goes');
        await world.book.settle(grant.id, settled());
        world.kill();
        world.trueMs += 60_000;
        expect(await world.book.reserve(charges, 1_000)).toMatchObject({ granted: false });
        await world.book.release(grant.id);
        expect(await world.book.reserve(charges, 1_000)).toMatchObject({ granted: true });
      });

      test('leaves to others what they use, and counts nothing of its own as theirs', async () => {
        using world = await make();
        const quota: Quota = { ...tenSeconds, limit: 100 };
        const grant = await world.book.reserve(one(quota), 1_000);
        if (grant.granted)
          await world.book.settle(grant.id, settled({ quota: quota.name, limit: 100, remaining: 69 }));
        expect(await world.book.use(quota)).toMatchObject({ used: 1, foreign: 31 });
        world.trueMs += 500;
        const own = await world.book.reserve(one(quota, 40), 1_000);
        if (own.granted) await world.book.settle(own.id, settled({ quota: quota.name, remaining: 29 }));
        expect(await world.book.use(quota)).toMatchObject({ used: 41, foreign: 31 });
        expect(await take(world, quota, 29)).toBe(false);
        expect(await take(world, quota, 28)).toBe(true);
        world.trueMs += 30_000;
        expect(await world.book.use(quota)).toMatchObject({ used: 0, foreign: 0 });
      });

      test('leaves more while others take more than just before', async () => {
        using world = await make();
        const quota: Quota = { ...tenSeconds, limit: 100 };
        const look = async (remaining: number): Promise<number> => {
          const grant = await world.book.reserve(one(quota), 1_000);
          if (grant.granted) await world.book.settle(grant.id, settled({ quota: quota.name, remaining }));
          return (await world.book.use(quota)).foreign;
        };
        expect(await look(69)).toBe(31);
        world.trueMs += 500;
        // Four more than before; then as many as before.
        expect(await look(64)).toBe(34 + 1 + 4);
        world.trueMs += 500;
        expect(await look(63)).toBe(34 + 1);
      });

      test('takes over the limit a vendor says, and the end of its windows', async () => {
        using world = await make();
        const minute: Quota = { name: 'minute', rule: { kind: 'fixed', windowMs: 60_000 }, limit: 2 };
        const grant = await world.book.reserve(one(minute), 1_000);
        if (grant.granted)
          await world.book.settle(
            grant.id,
            settled({ quota: 'minute', limit: 5, remaining: 4, resetInMs: 41_000 }),
          );
        for (let at = 0; at < 4; at += 1) expect(await take(world, minute)).toBe(true);
        expect(await world.book.reserve(one(minute), 1_000)).toMatchObject({
          granted: false,
          waitMs: 42_500,
        });
        world.trueMs += 42_500;
        expect(await take(world, minute)).toBe(true);
      });

      test('counts every attempt by label and outcome, over restarts', async () => {
        using world = await make();
        await take(world, tenSeconds);
        world.kill();
        await take(world, tenSeconds);
        expect(await world.book.attempts()).toEqual([{ label: 'read', outcome: 'answered', attempts: 2 }]);
      });

      test('the vendor’s own clock decides where its hour begins', async () => {
        using world = await make(Date.parse('2026-03-28T12:01:00Z'));
        const hour: Quota = { name: 'hour', rule: { kind: 'utc-hour' }, limit: 1 };
        const grant = await world.book.reserve(one(hour), 1_000);
        // At the vendor it is 11:58 still.
        if (grant.granted)
          await world.book.settle(grant.id, { ...settled(), vendorMs: Date.parse('2026-03-28T11:58:00Z') });
        expect(await world.book.reserve(one(hour), 1_000)).toMatchObject({ granted: false });
        const { endsInMs } = await world.book.use(hour);
        expect(Math.round((endsInMs ?? 0) / 1_000)).toBeGreaterThanOrEqual(119);
        expect(Math.round((endsInMs ?? 0) / 1_000)).toBeLessThanOrEqual(123);
      });
    });

    describe('for any arrivals, restarts and jumps of the clock', () => {
      test('no rolling window holds more than the limit', async () => {
        await fc.assert(
          fc.asyncProperty(life, fc.integer({ min: 3, max: 8 }), async (events, limit) => {
            const windowMs = 10_000;
            const quota: Quota = { name: 'q', rule: { kind: 'rolling', windowMs }, limit };
            const counted = await liveThrough(make, events, quota, Date.parse('2026-03-28T22:59:30Z'));
            const fullest = counted.map(({ atMs }) =>
              sum(counted.filter((other) => other.atMs >= atMs && other.atMs < atMs + windowMs)),
            );
            expect(Math.max(0, ...fullest)).toBeLessThanOrEqual(limit);
          }),
          { numRuns: lives },
        );
      });

      const local = (zone: string) =>
        new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
      const windows: readonly (readonly [string, QuotaRule, (atMs: number) => string])[] = [
        ['hour of UTC', { kind: 'utc-hour' }, (atMs) => String(Math.floor(atMs / 3_600_000))],
        [
          'day of Stockholm, when its clocks go forward',
          { kind: 'midnight', zone: 'Europe/Stockholm' },
          (atMs) => local('Europe/Stockholm').format(atMs),
        ],
      ];
      test.each(windows)('no %s holds more than the limit', async (_name, rule, windowOf) => {
        await fc.assert(
          fc.asyncProperty(life, fc.integer({ min: 3, max: 8 }), async (events, limit) => {
            const counted = await liveThrough(
              make,
              events,
              { name: 'q', rule, limit },
              Date.parse('2026-03-28T22:59:30Z'),
            );
            const byWindow = Map.groupBy(counted, ({ atMs }) => windowOf(atMs));
            expect(Math.max(0, ...[...byWindow.values()].map(sum))).toBeLessThanOrEqual(limit);
          }),
          { numRuns: Math.ceil(lives / 2) },
        );
      });
    });
  });
}

const tenSeconds: Quota = { name: 'ten seconds', rule: { kind: 'rolling', windowMs: 10_000 }, limit: 3 };
const one = (quota: Quota, cost = 1) => [{ quota, cost }];

async function take(world: BookWorld, quota: Quota, cost = 1): Promise<boolean> {
  const grant = await world.book.reserve(one(quota, cost), 1_000);
  if (grant.granted) await world.book.settle(grant.id, settled());
  return grant.granted;
}

/** What happens in a drawn life of a book. */
const life = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        cost: fc.integer({ min: 1, max: 3 }),
        tookMs: fc.integer({ min: 0, max: 3_000 }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 9_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('patience' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('clock' as const),
        byMs: fc.integer({ min: -90_000_000, max: 90_000_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('reboot' as const),
        // No machine is there again within the second by which the book goes on after a restart.
        downMs: fc.integer({ min: 1_000, max: 30_000 }),
      }),
    },
  ),
  { minLength: 10, maxLength: 60 },
);
type Event = typeof life extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

interface Counted {
  readonly atMs: number;
  readonly cost: number;
}

/** Lives it, and says when the vendor counted what. Calls overlap: an answer comes when its time has passed. */
async function liveThrough(
  make: MakeBook,
  events: readonly Event[],
  quota: Quota,
  startMs: number,
): Promise<readonly Counted[]> {
  using world = await make(startMs);
  // The first start of all is with a right clock: from then on the book knows better than the clock.
  await world.book.use(quota);
  const counted: Counted[] = [];
  let under: { readonly id: string; readonly answerMs: number }[] = [];
  const passTo = async (untilMs: number): Promise<void> => {
    const due = under.filter(({ answerMs }) => answerMs <= untilMs).sort((a, b) => a.answerMs - b.answerMs);
    for (const { id, answerMs } of due) {
      world.trueMs = Math.max(world.trueMs, answerMs);
      await world.book.settle(id, { ...settled(), vendorMs: Math.floor(answerMs / 1_000) * 1_000 });
    }
    under = under.filter((call) => !due.includes(call));
    world.trueMs = Math.max(world.trueMs, untilMs);
  };
  for (const event of events) {
    if (event.kind === 'pass') await passTo(world.trueMs + event.ms);
    else if (event.kind === 'clock') world.wallAheadMs += event.byMs;
    else if (event.kind === 'patience') {
      const grant = await world.book.reserve(one(quota), 5_000);
      if (grant.granted) await world.book.settle(grant.id, { ...settled(), reached: false });
      else await passTo(world.trueMs + grant.waitMs);
    } else if (event.kind === 'kill' || event.kind === 'reboot') {
      // What was under way is forgotten by us, not by the vendor.
      under = [];
      if (event.kind === 'kill') world.kill();
      else {
        world.reboot(event.downMs);
        // A machine that starts with a right clock, as at first; from then on it may jump.
        await world.book.use(quota);
      }
    } else {
      const grant = await world.book.reserve(one(quota, event.cost), 5_000);
      if (!grant.granted) continue;
      counted.push({ atMs: world.trueMs + event.tookMs * event.at, cost: event.cost });
      under.push({ id: grant.id, answerMs: world.trueMs + event.tookMs });
    }
  }
  return counted;
}

const sum = (of: readonly Counted[]): number => of.reduce((total, { cost }) => total + cost, 0);
