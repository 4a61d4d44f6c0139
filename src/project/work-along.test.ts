import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import type { OpenedSchema } from '../connectors/postgres/opened-schema.contract.ts';
import type { SeenWorker } from '../engine/index.ts';
import { loadGrammar } from '../expressions/index.ts';
import { openBoard } from './hold-project.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import type { Project } from './project.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { lastStopMark, stopRun } from './run-stops.ts';
import { statusOf } from './status.ts';
import { type WorkerWatcher, workAlong } from './work-along.ts';

beforeAll(loadGrammar);

const rows = 80;
const silent: WorkerWatcher = {
  onJoined: () => undefined,
  onSlice: () => undefined,
  onWait: () => undefined,
};

const things = `CREATE TABLE thing (id bigint PRIMARY KEY, what text NOT NULL);
  INSERT INTO thing SELECT i, 'thing ' || i FROM generate_series(1, ${rows}) i`;

/** Nobody gets past the fortieth record until the gate is opened: so another can join in time on any machine. */
const gated = `
  CREATE TABLE gate (opened boolean);
  CREATE FUNCTION passes(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    WHILE id > 40 AND NOT EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.05); END LOOP;
    RETURN true;
  END $$;
  CREATE TABLE thing (id bigint PRIMARY KEY, what text NOT NULL, CHECK (passes(id)))`;

const seated = async (project: Project): Promise<readonly SeenWorker[]> =>
  (await (await openBoard(project))?.workers()) ?? [];

onOneServer('a run on two machines', (server) => {
  async function shared(from: OpenedSchema, to: OpenedSchema, kept: OpenedSchema): Promise<PostgresMove> {
    const move = await PostgresMove.begin(from, to);
    const { host, port, database, user, schema } = kept.address;
    const place = `{ kind: postgres, host: ${host}, port: ${port}, database: ${database}, schema: '${schema}',
      user: ${user}, password_env: GODWIT_SOURCE_PASSWORD, tls: off }`;
    move.settle(/$/, `ledger: ${place}\njournal: ${place}\n`);
    move.settle(/rows_per_slice: \d+/, 'rows_per_slice: 1');
    return move;
  }

  test('a worker with the same decisions takes slices; both are seen; a rollback takes back what both brought', async () => {
    await using from = await server.open(things);
    await using to = await server.open(gated);
    await using kept = await server.open('SELECT 1');
    using move = await shared(from, to, kept);
    await using project = await move.open();
    await move.agree(project);
    const over = new AbortController();
    await using elsewhere = await move.openElsewhere(over.signal);
    const brought: number[] = [];
    const helping = workAlong(elsewhere, 'Ada', { ...silent, onSlice: ({ slice }) => brought.push(slice) });
    const running = runMigration(project, 'Ada', quiet);
    const helps = async (): Promise<boolean> =>
      (await seated(project)).some(({ purpose, holds }) => purpose === 'godwit worker' && holds.length > 0);
    // A worker that gives up, or a run that ends early, ends the test and not the wait for it.
    const early = Promise.race([helping, running]).then((ended) => {
      throw new Error(`over before the worker had a slice: ${JSON.stringify(ended)}`);
    });
    while (!(await helps())) await Promise.race([delay(50), early]);
    early.catch(() => undefined);
    const seen = await statusOf(project);
    await to.ask('INSERT INTO gate VALUES (true)');
    const report = await running;
    over.abort();
    expect(await helping).toMatchObject({ slices: brought.length });
    expect(brought.length).toBeGreaterThan(0);
    expect(report.steps.find(({ step }) => step.includes('copy'))).toMatchObject({
      outcome: 'done',
      rowsWritten: rows,
    });
    expect(await to.ask('SELECT count(*), count(DISTINCT what) FROM thing')).toEqual([
      [String(rows), String(rows)],
    ]);
    expect(seen.running).toMatchObject({ purpose: 'godwit live run' });
    expect(seen.unknown).toEqual([]);
    const told = ({ purpose, state, leads }: SeenWorker): unknown[] => [purpose, state, leads];
    expect(seen.workers?.map(told)).toEqual(
      expect.arrayContaining([
        ['godwit live run', 'here', true],
        ['godwit worker', 'here', false],
      ]),
    );
    expect((await seated(project)).map(told)).toContainEqual(['godwit worker', 'gone', false]);
    expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', rowsRemoved: rows });
  });

  test('who stops it on another machine is heard where it runs', async () => {
    await using from = await server.open(things);
    await using to = await server.open(gated);
    await using kept = await server.open('SELECT 1');
    using move = await shared(from, to, kept);
    await using project = await move.open();
    await move.agree(project);
    await using elsewhere = await move.openElsewhere(new AbortController().signal);
    const before = lastStopMark(project);
    const running = runMigration(project, 'Ada', quiet);
    const isAtWork = async (): Promise<boolean> =>
      (await seated(elsewhere)).some(({ holds }) => holds.length > 0);
    const early = running.then((ended) => {
      throw new Error(`over before anybody stopped it: ${JSON.stringify(ended)}`);
    });
    while (!(await isAtWork())) await Promise.race([delay(50), early]);
    early.catch(() => undefined);
    await stopRun(elsewhere, 'Ben', 'enough for today');
    while (lastStopMark(project) === before) await delay(50);
    await to.ask('INSERT INTO gate VALUES (true)');
    const report = await running;
    expect(report.outcome).toBe('paused');
    expect(report.steps.at(-1)?.reason).toContain('enough for today');
    const [counted] = await to.ask(`SELECT count(*) < ${rows} FROM thing`);
    expect(counted).toEqual(['t']);
    // One key signs for all machines.
    const key = elsewhere.statePath('runner.key.pub');
    expect(readFileSync(key, 'utf8')).toBe(readFileSync(project.statePath('runner.key.pub'), 'utf8'));
    writeFileSync(key, 'another\n');
    await expect(elsewhere.refreshLedger()).rejects.toMatchObject({ code: 'project.other-runner-key' });
  });

  test('a project whose journal is in its folder has no workers', async () => {
    await using from = await server.open('CREATE TABLE thing (id bigint PRIMARY KEY)');
    await using to = await server.open('CREATE TABLE thing (id bigint PRIMARY KEY)');
    using move = await PostgresMove.begin(from, to);
    await using project = await move.open();
    await expect(workAlong(project, 'Ada', silent)).rejects.toMatchObject({
      code: 'project.journal-not-shared',
    });
  });
});
