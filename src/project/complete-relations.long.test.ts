import { beforeAll, expect, it } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import type { OpenedSchema } from '../connectors/postgres/opened-schema.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { auditLive } from './audit-live.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import { listQuarantine, replayQuarantined } from './quarantine.ts';
import { rehearse } from './rehearse.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { statusOf } from './status.ts';

beforeAll(loadGrammar);

/** Twelve teams of which the fifth cannot go, twenty players in each, a match for each player. */
const structure = `
  CREATE TABLE team (id bigint PRIMARY KEY, name text NOT NULL UNIQUE, founded text);
  CREATE TABLE player (id bigint PRIMARY KEY, team bigint NOT NULL REFERENCES team, name varchar(40));
  CREATE TABLE match (player bigint REFERENCES player, day date, goals integer CHECK (goals >= 0), PRIMARY KEY (player, day));
  CREATE INDEX by_team ON player (team); CREATE INDEX scorers ON match (goals) WHERE goals > 2;
  INSERT INTO team SELECT i, 'team ' || i, CASE WHEN i = 5 THEN 'long ago' ELSE '1999-01-0' || i % 9 + 1 END FROM generate_series(1, 12) AS i;
  INSERT INTO player SELECT i, i % 12 + 1, 'player ' || i FROM generate_series(1, 240) AS i;
  INSERT INTO match SELECT i, '2026-01-01'::date + i, i % 5 FROM generate_series(1, 240) AS i`;

const constraints = `
  SELECT c.conrelid::regclass::text || ' ' || c.conname || ' ' || c.convalidated FROM pg_constraint AS c
  WHERE c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND contype IN ('p', 'u', 'f') ORDER BY 1`;

onOneServer('keys and foreign keys that wait for the records', (server) => {
  const begin = async (from: OpenedSchema, to: OpenedSchema): Promise<PostgresMove> => {
    const move = await PostgresMove.begin(from, to);
    move.map('team', 'founded: founded', `founded: to_date(founded, 'YYYY-MM-DD')`);
    return move;
  };

  it('hold the same records as if they had stood from the start, and go with them', async () => {
    await using from = await server.open(structure, 'source');
    await using to = await server.open('SELECT 1');
    using move = await begin(from, to);
    await using project = await move.open();
    const { runbook } = await move.agree(project);
    const kinds = runbook.steps.map(({ action }) => action.kind);
    expect(kinds.slice(-4)).toEqual(['copy', 'complete-relations', 'audit', 'sign-off']);
    const rehearsal = await rehearse(project, { volume: { kind: 'full' }, watcher: quiet });
    expect(rehearsal.rollback).toMatchObject({ outcome: 'undone', left: [] });
    const run = await runMigration(project, 'Ada', quiet);
    const completed = run.steps.find(({ step }) => step.endsWith('complete-relations'));
    // What refers to teams, and to players who were refused for them, had to come before its own records.
    expect(completed?.notes).toEqual([
      '2 of 6 indexes built, the others were there',
      '1 of 4 keys added, the others were there',
      '0 of 2 foreign keys added, the others were there',
      '2 of 2 foreign keys held against the records that are there',
    ]);
    expect(
      await to.ask(
        'SELECT (SELECT count(*) FROM team), (SELECT count(*) FROM player), (SELECT count(*) FROM match)',
      ),
    ).toEqual([['11', '220', '220']]);
    const codes = (await listQuarantine(project)).map(({ step, code }) => `${step} ${code}`);
    expect(new Map([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]))).toEqual(
      new Map([
        ['03-copy-team value.unreadable-time', 1],
        ['04-copy-player target.foreign-key', 20],
        ['05-copy-match target.foreign-key', 20],
      ]),
    );
    expect(await to.ask(constraints)).toEqual(await from.ask(constraints));
    expect(await auditLive(project, () => undefined)).toMatchObject({ differences: 0 });
    const states = (await statusOf(project)).steps.map(({ step }) => step.state);
    expect(new Set(states)).toEqual(new Set(['done']));
    expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', left: [] });
    expect(await to.ask(`SELECT to_regclass('team'), to_regclass('match')`)).toEqual([[null, null]]);
  });

  it('are built beside the copies that follow', async () => {
    await using from = await server.open(
      `${structure}; UPDATE team SET founded = '1999-01-05' WHERE id = 5;
       INSERT INTO match SELECT i % 240 + 1, '2027-01-01'::date + i, 0 FROM generate_series(1, 20000) AS i`,
      'source',
    );
    await using to = await server.open('SELECT 1');
    using move = await begin(from, to);
    await using project = await move.open();
    await move.agree(project);
    const run = await runMigration(project, 'Ada', quiet);
    const completed = run.steps.find(({ step }) => step.endsWith('complete-relations'));
    // How many depends on who is faster.
    expect(completed?.notes[0]).toMatch(/^[2-5] of 6 indexes built, [1-4] beside the copies$/);
    expect(await to.ask(constraints)).toEqual(await from.ask(constraints));
    expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', left: [] });
  });

  it('stand before a mended record comes, and before a source is read that has moved', async () => {
    await using from = await server.open(structure, 'source');
    await using to = await server.open('SELECT 1');
    using move = await begin(from, to);
    await using project = await move.open();
    await move.agree(project);
    // Ends behind the players, as if the process were gone.
    const cut = {
      ...quiet,
      onStep: ({ step }: { step: string }): void => {
        if (step.endsWith('copy-player')) throw new RangeError('cut');
      },
    };
    await expect(runMigration(project, 'Ada', cut)).rejects.toThrow('cut');
    // A new player takes the place of another one, and has a match: the player is not in the target.
    await from.client.query(`INSERT INTO player VALUES (999, 1, 'new'); INSERT INTO match VALUES (999, '2026-02-02', 1);
      UPDATE team SET founded = '1905-05-05' WHERE id = 5`);
    await using again = await move.open();
    const run = await runMigration(again, 'Ada', quiet);
    expect(run.steps.map(({ outcome }) => outcome)).not.toContain('stopped');
    const lost = (await listQuarantine(again)).filter(({ step }) => step === '05-copy-match');
    expect(lost.map(({ code }) => code)).toEqual(Array.from({ length: 21 }, () => 'target.foreign-key'));
    await replayQuarantined(again, 'Ada', []);
    expect(
      await to.ask(
        'SELECT (SELECT count(*) FROM team), (SELECT count(*) FROM player), (SELECT count(*) FROM match)',
      ),
    ).toEqual([['12', '240', '240']]);
    expect(await to.ask(constraints)).toEqual(await from.ask(constraints));
    expect(await rollbackRun(again, 'Ada')).toMatchObject({ outcome: 'undone', left: [] });
  });
});
