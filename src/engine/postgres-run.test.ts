import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { skipWithoutPostgres } from '../../tests/servers/index.ts';
import { executeStep, type Session, type SessionOptions, undoRun } from './index.ts';
import { completeStep, PostgresWorld, rows, steps } from './postgres-world.contract.ts';

/** From one schema of a real PostgreSQL to another, with connections and the server itself breaking on the way. */

/** Both directions of a difference, by SQL alone; refused records have negative points. */
const differences = `
  WITH was AS (SELECT p.id, t.title, p.name, p.points, p.joined FROM old.players p JOIN old.teams t ON t.id = team_id WHERE points >= 0),
    kept AS (SELECT p.id, t.title, p.name, p.points, p.joined FROM new.players p JOIN new.teams t ON t.id = team_id)
  SELECT (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE kept) lost) + (SELECT count(*) FROM (TABLE kept EXCEPT ALL TABLE was) extra)
    + (SELECT count(*) - 40 FROM new.teams)`;

describe.skipIf(skipWithoutPostgres(18))('PostgreSQL to PostgreSQL', () => {
  let world: PostgresWorld;
  beforeAll(async () => {
    world = await PostgresWorld.start();
  });
  afterAll(async () => world.server.stop());
  beforeEach(async () => world.begin());
  afterEach(async () => world.end());

  async function runAll(options: Partial<SessionOptions> = {}): Promise<void> {
    await using work = await world.session(options);
    for (const step of steps) expect((await executeStep(work, step, world.plans)).outcome).toBe('done');
    expect(await world.ask(differences)).toBe('0');
    expect(await quarantined(work)).toBe(rows / 50);
    await work.journal[Symbol.asyncDispose]();
  }

  async function quarantined({ journal }: Session): Promise<number> {
    let count = 0;
    for await (const { code } of journal.entries({})) count += code === 'target.check' ? 1 : 1_000;
    return count;
  }

  test('one slice after the other', async () => runAll());

  test('connections that are cut are opened again', async () => {
    let cuts = 0;
    await runAll({
      judge: async ({ slicesApplied }): Promise<'go'> => {
        if (slicesApplied % 4 === 3) {
          cuts += 1;
          await world.ask(
            `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'godwit%' AND datname = '${world.database}'`,
          );
        }
        return 'go';
      },
    });
    expect(cuts).toBeGreaterThan(2);
  });

  test('a server that is killed and comes back loses nothing', async () => {
    let restarted = 0;
    await runAll({
      judge: async ({ slicesApplied }): Promise<'go'> => {
        if (slicesApplied === 7) {
          restarted += 1;
          await world.server.kill();
          setTimeout(() => void world.server.restart(), 50);
        }
        return 'go';
      },
    });
    expect(restarted).toBe(1);
  });

  test('what completes relations is there once, however often it is cut off', async () => {
    await world.ask(
      'ALTER TABLE new.players DROP CONSTRAINT players_team_id_fkey; ALTER TABLE new.teams DROP CONSTRAINT teams_pkey',
    );
    await runAll();
    // Half an index, as a build beside other work leaves it.
    await world.ask('CREATE INDEX by_team ON new.players (id)');
    await world.ask(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'new.by_team'::regclass`);
    let cuts = 0;
    for (let whole = false; !whole; ) {
      const crash = (point: string): void => {
        if (point === 'after-completion') throw new RangeError('cut');
      };
      await using work = await world.session({ crash, limits: { buildsAtOnceMax: 1 } });
      const ended = await executeStep(work, completeStep, world.plans).catch((error: unknown) => error);
      if (ended instanceof RangeError) cuts += 1;
      else expect(ended).toMatchObject({ outcome: 'done' });
      whole = !(ended instanceof RangeError) || cuts > 20;
      await work.journal[Symbol.asyncDispose]();
    }
    expect(cuts).toBe(5);
    expect(
      await world.ask(
        `SELECT string_agg(indexdef, '; ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'new'`,
      ),
    ).toBe(
      [
        'CREATE INDEX by_team ON new.players USING btree (team_id)',
        'CREATE UNIQUE INDEX players_pkey ON new.players USING btree (id)',
        'CREATE UNIQUE INDEX teams_pkey ON new.teams USING btree (id)',
      ].join('; '),
    );
    expect(await world.ask(`SELECT convalidated FROM pg_constraint WHERE conname = 'of_team'`)).toBe('true');
  });

  test('what was written is undone', async () => {
    await runAll();
    await using work = await world.session();
    expect(await undoRun(work, world.plans)).toMatchObject({
      outcome: 'undone',
      rowsRemoved: rows - rows / 50 + 40,
    });
    expect(
      await world.ask('SELECT (SELECT count(*) FROM new.teams) + (SELECT count(*) FROM new.players)'),
    ).toBe('0');
    await work.journal[Symbol.asyncDispose]();
  });
});
