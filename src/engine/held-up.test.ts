import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { skipWithoutPostgres } from '../../tests/servers/index.ts';
import { silentLog, systemClock } from '../host/index.ts';
import { executeStep, type Session, type SessionOptions, type Stall } from './index.ts';
import { PostgresWorld, rows, steps } from './postgres-world.contract.ts';

/** Others hold what the run needs, or the server undoes its transactions: it says who, tries again, and is whole at the end. */

const differences = `
  WITH was AS (SELECT id, name, points, joined FROM old.players WHERE points >= 0),
    kept AS (SELECT id, name, points, joined FROM new.players)
  SELECT (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE kept) lost) + (SELECT count(*) FROM (TABLE kept EXCEPT ALL TABLE was) extra)
    + (SELECT count(*) - 40 FROM new.teams)`;

describe.skipIf(skipWithoutPostgres(18))('a run that is held up', () => {
  let world: PostgresWorld;
  let others: Client;
  let stalls: Stall[];
  let failures: string[];
  beforeAll(async () => {
    world = await PostgresWorld.start();
  });
  afterAll(async () => world.server.stop());
  beforeEach(async () => {
    await world.begin();
    others = await world.connect();
    await others.query("SET application_name = 'nightly report'");
    stalls = [];
    failures = [];
  });
  afterEach(async () => {
    await others.end();
    await world.end();
  });

  /** Waits 300 ms for a lock, looks for who holds it every 100 ms. */
  async function opened(options: Partial<SessionOptions> = {}): Promise<Session> {
    const warn = (_message: string, details?: Readonly<Record<string, unknown>>): void => {
      if (details?.['attempt'] !== undefined) failures.push(String(details['code']));
    };
    return world.session({
      systems: { source: async () => world.open('source'), target: async () => world.open('target', 300) },
      onStall: (stall) => stalls.push(stall),
      log: { ...silentLog, warn },
      ...options,
      limits: {
        stallLookEveryMs: 100,
        retry: { baseMs: 5, capMs: 50, budgetMs: 120_000 },
        ...options.limits,
      },
    });
  }

  async function expectWhole(work: Session): Promise<readonly string[]> {
    for (const step of steps) expect((await executeStep(work, step, world.plans)).outcome).toBe('done');
    expect(await world.ask(differences)).toBe('0');
    const notes = work.stalls.takeNotes();
    await work.journal[Symbol.asyncDispose]();
    return notes;
  }

  test('by a lock names its holder, and goes on when that is gone', async () => {
    await others.query('BEGIN; LOCK TABLE new.players');
    await using work = await opened();
    const running = expectWhole(work);
    running.catch(() => undefined);
    for (let waited = 0; stalls.length === 0 && waited < 60_000; waited += 50) await delay(50);
    await others.query('COMMIT');
    const notes = await running;
    const [pid] = (await others.query({ text: 'SELECT pg_backend_pid()', rowMode: 'array' })).rows[0] as [
      number,
    ];
    const held = `a lock on players in the target is held by nightly report (pid ${pid}, user ${world.server.user}, idle in transaction)`;
    expect(stalls[0]).toEqual({
      role: 'target',
      kind: 'lock',
      words: held,
      more: expect.stringMatching(/^, in a transaction of \d+ s$/),
    });
    expect(notes.join()).toContain(held);
  });

  test.each([
    ['40001', 'postgres.conflict'],
    ['40P01', 'postgres.conflict'],
    ['53200', 'postgres.exhausted'],
  ])('by a server that undoes a transaction (%s) tries its slice again', async (state, code) => {
    await world.ask(`CREATE SEQUENCE public.times; CREATE FUNCTION public.undone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.id = 777 AND nextval('public.times') < 4 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '${state}'; END IF;
      RETURN NEW; END $$;
      CREATE TRIGGER undone BEFORE INSERT ON new.players FOR EACH ROW EXECUTE FUNCTION public.undone()`);
    await using work = await opened();
    await expectWhole(work);
    expect(failures.filter((failure) => failure === code)).toHaveLength(3);
  });

  test('by a target that says its disk is full pauses behind whole slices, and goes on when there is room', async () => {
    await world.ask(`CREATE TABLE public.room (free boolean); INSERT INTO public.room VALUES (false);
      CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.id > 500 AND NOT (SELECT free FROM public.room) THEN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END IF;
      RETURN NEW; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON new.players FOR EACH ROW EXECUTE FUNCTION public.full_disk()`);
    {
      await using work = await opened();
      await executeStep(work, steps[0]!, world.plans);
      await expect(executeStep(work, steps[1]!, world.plans)).rejects.toMatchObject({
        code: 'postgres.disk-full',
        fate: 'pause',
      });
      expect((await work.journal.runs())[0]).toMatchObject({ state: 'paused' });
      await work.journal[Symbol.asyncDispose]();
    }
    const kept = await world.ask('SELECT count(*) FROM new.players');
    expect(kept).toBe(
      await world.ask(`SELECT sum(rows_written) FROM godwit.checkpoint WHERE step = 'copy-player'`),
    );
    expect(Number(kept)).toBeLessThan(rows / 2);
    await world.ask('UPDATE public.room SET free = true');
    await using later = await opened();
    await expectWhole(later);
  });

  test('by nobody is not disturbed by a clock that jumps, forwards or back', async () => {
    let jumps = 0;
    const clock = {
      ...systemClock,
      now: () => {
        jumps += 1;
        const hours = jumps % 3 === 0 ? -26 : jumps % 3 === 1 ? 0 : 26;
        return new Date(Date.now() + hours * 3_600_000).toISOString();
      },
    };
    await using work = await opened({ clock });
    expect(await expectWhole(work)).toEqual([]);
    expect(jumps).toBeGreaterThan(10);
    expect(stalls).toEqual([]);
  });
});
