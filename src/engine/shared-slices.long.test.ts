import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { differences, ManyWorld, tablesOf } from '../../tests/workers/many-world.ts';
import type { Claim, Offer } from './journal/work-board.ts';

/** One copy, and several who work on it: in this file they are many in one process, each with connections and a seat of its own. */

const rows = 1_000;
const refused = rows / 50;

describe.skipIf(skipWithoutPostgres(18))('slices of one step for many', () => {
  let access: PostgresAccess;
  let template: string;
  let worlds: ManyWorld[];
  let database: string;
  const open = async (more: { readonly leaseMs?: number } = {}): Promise<ManyWorld> => {
    const { host, port, user, password } = access;
    const order = { host, port, user, password, database, rowsPerSlice: 50, leaseMs: 3_600_000, beatMs: 200 };
    const world = await ManyWorld.open({ ...order, ...more });
    worlds.push(world);
    return world;
  };
  beforeAll(async () => {
    access = await sharedPostgres(18);
    database = template = await access.createDatabase();
    worlds = [];
    await (await open()).database.transaction(async (session) => {
      for (const sql of tablesOf(rows).split(';')) await session.rows(sql);
    });
    await worlds[0]?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    database = await access.createDatabase(undefined, template);
    worlds = [];
  });
  afterEach(async () => {
    for (const world of worlds) await world[Symbol.asyncDispose]();
  });
  afterAll(() => undefined);

  /** Nothing lost, nothing doubled, each refused record in quarantine once. */
  async function expectWhole(world: ManyWorld): Promise<void> {
    expect(await world.ask(differences)).toBe('0');
    const kept = await world.quarantined();
    expect([kept.length, new Set(kept).size]).toEqual([refused, refused]);
  }

  test('give the target that one process gives, and each has its part', async () => {
    const [lead, one, two] = [await open(), await open(), await open()];
    const over = new AbortController();
    const parts = { one: 0, two: 0 };
    const haveTheirPart = (): boolean => parts.one > 0 && parts.two > 0;
    const helping = [
      one.help(over.signal, () => {
        parts.one += 1;
      }),
      two.help(over.signal, () => {
        parts.two += 1;
      }),
    ];
    // The one who leads waits with each of its own until the others had one: so all of them take part on any machine.
    const report = await lead.lead({
      judge: async ({ slicesApplied }): Promise<'go'> => {
        if (slicesApplied <= 3) return 'go';
        while (!haveTheirPart()) await new Promise((resolve) => setTimeout(resolve, 20));
        return 'go';
      },
    });
    over.abort();
    const brought = await Promise.all(helping);
    expect(report).toMatchObject({ outcome: 'done', slicesApplied: 20, slicesPlanned: 20 });
    expect(report.notes.join('\n')).toMatch(/offered to every worker, \d+ slices at once in all/);
    expect(report.counts).toMatchObject({
      rowsRead: rows,
      rowsWritten: rows - refused,
      rowsQuarantined: refused,
    });
    expect(brought).toEqual([parts.one, parts.two]);
    expect(Math.min(...brought)).toBeGreaterThan(0);
    await expectWhole(lead);
  });

  test('a claim that somebody took over brings nothing, neither into the target nor into quarantine', async () => {
    const [lead, late] = [await open(), await open()];
    let old: Claim | null = null;
    let asked = false;
    const seat = await late.seat('godwit worker');
    const stopped = await lead.lead({
      judge: async ({ slicesApplied }): Promise<'go'> => {
        if (slicesApplied > 4 && !asked) {
          asked = true;
          const [offer] = await late.board.offers();
          old = await late.board.claim(seat.worker.worker, offer as Offer);
          // It is frozen with the slice, and everybody believes that it is gone.
          await late.board.leave(seat.worker.worker);
        }
        return 'go';
      },
    });
    expect(stopped.outcome).toBe('done');
    expect(old).not.toBeNull();
    await expectWhole(lead);
    const { slice, token } = old as unknown as Claim;
    const fence = await lead.ask(`SELECT max(token) FROM godwit.fence WHERE slice = ${slice}`);
    expect(Number(fence)).toBeGreaterThan(Number(token));
    await seat[Symbol.asyncDispose]();
  });

  test('a second one who wants to lead is refused and told who does', async () => {
    const [lead, other] = [await open(), await open()];
    let told: unknown = null;
    await lead.lead({
      judge: async (): Promise<'go'> => {
        told ??= await other.lead().catch((error: unknown) => error);
        return 'go';
      },
    });
    expect(told).toMatchObject({ code: 'engine.locked' });
    expect(String(told)).toContain(`process ${process.pid} on here, godwit run`);
    await expectWhole(lead);
  });

  test('what was stopped goes on, and is taken back whole, though a worker still holds a slice', async () => {
    const world = await open();
    const paused = await world.lead({
      judge: ({ slicesApplied }) => (slicesApplied >= 5 ? { pause: 'rule.test', reason: 'enough' } : 'go'),
    });
    expect(paused).toMatchObject({ outcome: 'paused', paused: { code: 'rule.test' } });
    expect(paused.slicesApplied).toBeLessThan(20);
    expect((await world.lead()).outcome).toBe('done');
    await expectWhole(world);
    expect(await world.takeBack()).toMatchObject({ outcome: 'undone', slicesUndone: 20 });
    expect(await world.ask('SELECT count(*) FROM new.things')).toBe('0');
  });
});
