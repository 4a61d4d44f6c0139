import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PostgresAccess,
  type PostgresMajor,
  sharedPostgres,
  skipWithoutPostgres,
} from '../../../tests/servers/index.ts';
import type { OwnDatabase } from '../../connectors/index.ts';
import { sealFromKey, systemClock } from '../../host/index.ts';
import { entries } from './journal.contract.ts';
import { databaseAt } from './own-database.contract.ts';
import { openPostgresJournal } from './postgres-journal.ts';
import { openPostgresWorkBoard } from './postgres-work-board.ts';
import { type BoardWorld, workBoardContract } from './work-board.contract.ts';
import { type Claim, isOlderVersion, type WorkBoard } from './work-board.ts';

let boards = 0;

for (const major of [15, 18] satisfies PostgresMajor[])
  describe.skipIf(skipWithoutPostgres(major))(`PostgreSQL ${major}`, () => {
    let access: PostgresAccess;
    let database: OwnDatabase;
    beforeAll(async () => {
      access = await sharedPostgres(major);
      database = databaseAt(access, await access.createDatabase());
    });
    afterAll(async () => database[Symbol.asyncDispose]());

    // Several boards in one database: each test has its own.
    workBoardContract('postgres', async (): Promise<BoardWorld> => {
      boards += 1;
      const project = `project ${boards}`;
      const open = async (): Promise<WorkBoard> =>
        openPostgresWorkBoard({ database, project, leaseMs: 3_600_000 });
      return {
        open,
        silence: async (worker) => {
          await database.rows(
            `UPDATE godwit_journal_worker SET until = clock_timestamp() - interval '1 s' WHERE project = $1 AND worker = $2`,
            [project, worker],
          );
        },
        destroy: async () => undefined,
      };
    });

    test('what a worker files under a claim that another took over is refused, and files nothing', async () => {
      const project = 'fenced';
      const options = { database, project, seal: sealFromKey(new Uint8Array(32)), clock: systemClock };
      const journal = await openPostgresJournal(options);
      const board = await openPostgresWorkBoard({ database, project, leaseMs: 3_600_000 });
      const claims = await twoClaims(board);
      const place = { run: 'run-1', step: 's', slice: 0, object: 'o', origin: 's' };
      const [old, now] = claims.map(({ token }) => ({ ...place, fence: token }));
      if (!old || !now) throw new Error('no claims');
      await journal.beginRun({ run: 'run-1', runbookId: 'b', world: 'live' });
      await journal.quarantine(now, 'now', entries.slice(0, 1));
      for (const late of [
        async () => journal.quarantine(old, 'old', entries),
        async () => journal.confirmSlice(old, 'old', [{ rule: 0, reason: 'late', count: 1 }]),
      ])
        await expect(late()).rejects.toMatchObject({ code: 'engine.claim-lost', fate: 'pause' });
      await journal.confirmSlice(now, 'now', []);
      const kept: string[] = [];
      for await (const { code } of journal.entries({})) kept.push(code);
      expect(kept).toEqual([entries[0]?.code]);
      expect(await journal.purged('run-1')).toEqual([]);
    });

    test('a process frozen in the midst of taking a slice keeps the others from nothing', async () => {
      const board = await openPostgresWorkBoard({ database, project: 'frozen', leaseMs: 3_600_000 });
      const worker = (name: string) => ({ worker: name, host: 'h', pid: 1, version: '1.0.0', purpose: 'p' });
      for (const name of ['one', 'two']) await board.join(worker(name));
      const leading = await board.lead('one', 'godwit run');
      const offer = { run: 'run-1', step: 's', atOnceMax: 2 };
      const rest = { runbookId: 'b', version: '1.0.0', view: null, position: 'p', slices: [0, 1] };
      if (leading.leads) await board.offer(leading.token, { ...offer, ...rest });
      const awake = new AbortController();
      const frozen = database.transaction(async (session) => {
        const sql = `SELECT 1 FROM godwit_journal_offer WHERE project = 'frozen' FOR UPDATE`;
        expect(await session.rows(sql)).toHaveLength(1);
        await systemClock.sleep(600_000, awake.signal).catch(() => undefined);
        return await session.rows(sql);
      });
      frozen.catch(() => undefined);
      await expect.poll(async () => (await database.rows(waitingForFrozen)).length).toBe(1);
      expect(await board.claim('two', offer)).toMatchObject({ slice: 0 });
      awake.abort();
      // It wakes up without its transaction, and may try again.
      await expect(frozen).rejects.toMatchObject({ code: 'postgres.went-away', fate: 'later' });
    });
  });

const waitingForFrozen = `SELECT 1 FROM pg_stat_activity
  WHERE state = 'idle in transaction' AND query LIKE '%''frozen'' FOR UPDATE' AND datname = current_database()`;

/** Of one slice: the worker that had it first left. */
async function twoClaims(board: WorkBoard): Promise<readonly Claim[]> {
  const worker = (name: string) => ({ worker: name, host: 'h', pid: 1, version: '1.0.0', purpose: 'p' });
  for (const name of ['one', 'two']) await board.join(worker(name));
  const leading = await board.lead('one', 'godwit run');
  const offer = { run: 'run-1', step: 's', atOnceMax: null };
  const rest = { runbookId: 'b', version: '1.0.0', view: null, position: 'p', slices: [0] };
  if (leading.leads) await board.offer(leading.token, { ...offer, ...rest });
  const first = await board.claim('two', offer);
  await board.leave('two');
  const second = await board.claim('one', offer);
  return [first, second].filter((claim) => claim !== null);
}

test('versions are compared by their numbers, not by their spelling', () => {
  expect(isOlderVersion('0.9.0', '0.10.0')).toBe(true);
  expect(isOlderVersion('0.10.0', '0.9.9')).toBe(false);
  expect(isOlderVersion('1.0.0', '1.0.0')).toBe(false);
  expect(isOlderVersion('1.0.0-rc.1', '1.0.0')).toBe(true);
  expect(isOlderVersion('1.0.0', '1.0.0-rc.1')).toBe(false);
});
