import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { skipWithoutPostgres } from '../../tests/servers/index.ts';
import { silentLog } from '../host/index.ts';
import type { Completion } from '../model/index.ts';
import { completeRelation } from './complete-early.ts';
import { executeStep, type LaterWork, type ObjectPlan, type SessionOptions, type Verdict } from './index.ts';
import { completeStep, PostgresWorld, steps } from './postgres-world.contract.ts';

/** An index over this function is not built before somebody lets the lock go. */
const heldFunction = `CREATE FUNCTION new.held(word text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
  BEGIN WHILE NOT pg_try_advisory_xact_lock(77) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN word; END $$`;

const built = (name: string, statement: string): Completion => ({
  stage: 'build',
  relation: 'teams',
  name,
  references: null,
  statement,
});

const held = built('held_title', 'CREATE INDEX held_title ON teams (held(title))');

describe.skipIf(skipWithoutPostgres(18))('what completes a relation, built beside the copies', () => {
  let world: PostgresWorld;
  beforeAll(async () => {
    world = await PostgresWorld.start();
  });
  afterAll(async () => world.server.stop());
  beforeEach(async () => {
    await world.begin();
    await world.ask(`ALTER TABLE new.players DROP CONSTRAINT players_team_id_fkey;
      ALTER TABLE new.teams DROP CONSTRAINT teams_pkey; ${heldFunction}`);
  });
  afterEach(async () => world.end());

  function laterWith(...more: readonly Completion[]): LaterWork {
    const { action } = completeStep;
    const completions = action.kind === 'complete-relations' ? action.completions : [];
    const writers = new Map([
      ['teams', ['copy-team']],
      ['players', ['copy-player']],
    ]);
    return { step: completeStep.id, completions: [...more, ...completions], writers };
  }

  function completing({ completions }: LaterWork): typeof completeStep {
    return { ...completeStep, action: { kind: 'complete-relations', relations: [], completions } };
  }

  /** Carries out all steps in one process; the reports. */
  async function run(later: LaterWork, options: Partial<SessionOptions> = {}): Promise<readonly string[][]> {
    await using work = await world.session({ later, ...options });
    try {
      const notes: string[][] = [];
      for (const step of [...steps, completing(later)]) {
        const report = await executeStep(work, step, world.plans);
        notes.push([report.outcome, ...report.notes]);
        if (report.outcome !== 'done') break;
      }
      return notes;
    } finally {
      await work.journal[Symbol.asyncDispose]();
    }
  }

  /** Something to do between two slices of the players. */
  function amongPlayers(work: () => Promise<Verdict>): SessionOptions['judge'] {
    return async ({ object, slicesApplied }) => (object === 'player' && slicesApplied === 5 ? work() : 'go');
  }

  async function until(query: string, answer: string): Promise<void> {
    for (let tries = 0; (await world.ask(query)) !== answer; tries += 1) {
      if (tries > 600) throw new RangeError(`never ${answer}: ${query}`);
      await delay(50);
    }
  }

  const indexes = `SELECT coalesce(string_agg(indexname, ' ' ORDER BY indexname), '') FROM pg_indexes WHERE schemaname = 'new'`;
  const foreignKeys = `SELECT count(*) FROM pg_constraint WHERE contype = 'f'`;
  const building = `SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX held%' AND state = 'active'
    AND datname = current_database()`;

  async function expectWhole(more: string): Promise<void> {
    expect(await world.ask(indexes)).toBe(`by_team ${more}players_pkey teams_pkey`);
    expect(await world.ask(`SELECT bool_and(indisvalid) FROM pg_index`)).toBe('true');
    expect(await world.ask(`${foreignKeys} AND convalidated`)).toBe('1');
  }

  test('is there before the next relation is; foreign keys wait for the step', async () => {
    let before = '';
    const judge = amongPlayers(async () => {
      await until(
        `SELECT count(*) FROM pg_constraint WHERE conrelid = 'new.teams'::regclass AND contype = 'p'`,
        '1',
      );
      before = `${await world.ask(indexes)}, ${await world.ask(foreignKeys)}`;
      return 'go';
    });
    const notes = await run(laterWith(), { judge });
    expect(before).toBe('players_pkey teams_pkey, 0');
    expect(notes.at(-1)).toEqual([
      'done',
      '1 of 2 indexes built, 1 beside the copies',
      '0 of 1 keys added, 1 beside the copies',
      '1 of 1 foreign keys added',
      '1 of 1 foreign keys held against the records that are there',
    ]);
    await expectWhole('');
  });

  test('and fails: the copies go on, and the step meets it again', async () => {
    const later = laterWith(built('twice', 'CREATE UNIQUE INDEX twice ON teams (length(title))'));
    const told: string[] = [];
    const log = { ...silentLog, debug: (text: string): void => void told.push(text) };
    const judge = amongPlayers(async () => {
      for (let tries = 0; told.length === 0 && tries < 600; tries += 1) await delay(50);
      return 'go';
    });
    await expect(run(later, { judge, log })).rejects.toMatchObject({ code: 'postgres.records-break-key' });
    expect(told).toContain('a relation waits for the step that completes it');
    expect(await world.ask('SELECT count(*) FROM new.players')).toBe('1960');
    expect(await world.ask(indexes)).not.toContain('twice');
  });

  test('does not keep a run that pauses: it is cut, nothing of it stays, and the run goes on later', async () => {
    const later = laterWith(held);
    const lock = await world.connect();
    await lock.query('SELECT pg_advisory_lock(77)');
    const judge = amongPlayers(async () => {
      await until(building, '1');
      return { pause: 'runbook.stop-quarantine', reason: 'enough' };
    });
    expect((await run(later, { judge })).at(-1)?.[0]).toBe('paused');
    // The server notices that nobody waits for it any more.
    await until(building, '0');
    expect(await world.ask(indexes)).not.toContain('held_title');
    await lock.end();
    expect((await run(later)).at(-1)?.[0]).toBe('done');
    await expectWhole('held_title ');
  });

  test('and is cut off with all connections: it is there in the end all the same', async () => {
    const later = laterWith(held);
    const lock = await world.connect();
    await lock.query('SELECT pg_advisory_lock(77)');
    let cuts = 0;
    const judge = amongPlayers(async () => {
      if (cuts > 0) return 'go';
      await until(building, '1');
      cuts += 1;
      await world.ask(
        `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'godwit%' AND datname = '${world.database}'`,
      );
      await lock.end();
      return 'go';
    });
    expect((await run(later, { judge })).at(-1)?.[0]).toBe('done');
    expect(cuts).toBe(1);
    await expectWhole('held_title ');
  });

  test('is finished before a foreign key has to stand after all', async () => {
    const later = laterWith(held, built('second', 'CREATE INDEX second ON teams (title)'));
    const lock = await world.connect();
    await lock.query('SELECT pg_advisory_lock(77)');
    await using work = await world.session({
      later,
      limits: { buildsAtOnceMax: 1 },
      judge: amongPlayers(async () => {
        await until(building, '1');
        const early = completeRelation(work, world.plans.get('player') as ObjectPlan);
        await delay(300);
        const waiting = `SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'`;
        expect([await world.ask(waiting), await world.ask(foreignKeys)]).toEqual(['0', '0']);
        await lock.end();
        await early;
        expect(await world.ask(foreignKeys)).toBe('1');
        return 'go';
      }),
    });
    for (const step of steps) expect((await executeStep(work, step, world.plans)).outcome).toBe('done');
    // What was not begun yet was left to whoever needed it.
    expect((await executeStep(work, completing(later), world.plans)).notes[0]).toBe(
      '0 of 4 indexes built, 1 beside the copies, the others were there',
    );
    expect(await world.ask(indexes)).toBe('by_team held_title players_pkey second teams_pkey');
    await work.journal[Symbol.asyncDispose]();
  });

  test('what takes longest begins first', async () => {
    const later = laterWith();
    {
      await using work = await world.session();
      for (const step of steps) expect((await executeStep(work, step, world.plans)).outcome).toBe('done');
      await work.journal[Symbol.asyncDispose]();
    }
    expect(await world.ask(indexes)).toBe('players_pkey');
    await using work = await world.session({ later, limits: { buildsAtOnceMax: 1 } });
    expect((await executeStep(work, completing(later), world.plans)).outcome).toBe('done');
    await work.journal[Symbol.asyncDispose]();
    // 1,960 players, and fewer teams, which the runbook names first.
    const inOrder = `SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::bigint) FROM pg_index
      WHERE indrelid IN ('new.players'::regclass, 'new.teams'::regclass)`;
    expect(await world.ask(inOrder)).toBe('new.players_pkey new.by_team new.teams_pkey');
  });

  test('is left to the step where the last relation alone would keep it busy', async () => {
    // Fewer teams than players: their key costs less than holding the players' foreign key against them.
    world.plans = new Map(
      [...world.plans].map(([name, plan]) => [
        name,
        { ...plan, source: { ...plan.source, rowsEstimate: 1960 } },
      ]),
    );
    expect((await run(laterWith())).at(-1)?.slice(1, 3)).toEqual([
      '2 of 2 indexes built',
      '1 of 1 keys added',
    ]);
    await expectWhole('');
  });

  test('and the process ends behind any of its statements: another one goes on', async () => {
    let cuts = 0;
    const crash = (point: string): void => {
      if (point === 'after-completion') throw new RangeError('cut');
    };
    for (let ended: unknown = null; !Array.isArray(ended); ) {
      ended = await run(laterWith(), { crash, limits: { buildsAtOnceMax: 1 } }).catch(
        (error: unknown) => error,
      );
      if (!Array.isArray(ended)) {
        expect(ended).toMatchObject({ message: 'cut' });
        cuts += 1;
      }
      if (cuts > 20) break;
    }
    expect(cuts).toBeGreaterThan(2);
    expect(cuts).toBeLessThan(6);
    await expectWhole('');
  });
});
