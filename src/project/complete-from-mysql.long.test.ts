import { beforeAll, expect, it } from 'vitest';
import { sharedMariadb, skipWithoutMariadb } from '../../tests/servers/index.ts';
import { openDatabase } from '../connectors/mysql/opened-database.contract.ts';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import { profileSource } from './profile-source.ts';
import { listQuarantine } from './quarantine.ts';
import { rehearse } from './rehearse.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';

beforeAll(loadGrammar);

/** Twelve teams of which the fifth has no day, twenty players in each. */
const structure = [
  `CREATE TABLE team (id int PRIMARY KEY AUTO_INCREMENT, name varchar(40) NOT NULL UNIQUE, founded date)`,
  `CREATE TABLE player (id bigint PRIMARY KEY, team int NOT NULL, name varchar(40), facts json, note text,
    KEY by_team (team), KEY by_name (name, id), FULLTEXT KEY words (note),
    CONSTRAINT of_team FOREIGN KEY (team) REFERENCES team (id))`,
  `INSERT INTO team SELECT seq, concat('team ', seq), IF(seq = 5, '0000-00-00', '1999-01-02') FROM seq_1_to_12`,
  `INSERT INTO player SELECT seq, seq % 12 + 1, concat('player ', seq), '{"a": 1}', 'note' FROM seq_1_to_240`,
];

const built = `
  SELECT conrelid::regclass::text || ' ' || conname || ' ' || convalidated FROM pg_constraint
  WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND contype IN ('p', 'u', 'f')
  UNION ALL SELECT tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1`;

onOneServer('keys, indexes and foreign keys of MariaDB', (server) => {
  it.skipIf(skipWithoutMariadb())('are built when the records are there, and go with them', async () => {
    await using from = await openDatabase(await sharedMariadb(), ["SET sql_mode = ''", ...structure]);
    await using to = await server.open('SELECT 1');
    using move = await PostgresMove.begin(from.plain, to);
    await using project = await move.open();
    const { runbook } = await move.agree(project);
    const create = runbook.steps.find(({ action }) => action.kind === 'create-relations');
    expect(create?.shows.join('\n')).not.toContain('PRIMARY KEY');
    expect(runbook.steps.map(({ action }) => action.kind)).toContain('complete-relations');
    const rehearsal = await rehearse(project, { volume: { kind: 'full' }, watcher: quiet });
    expect(rehearsal.rollback).toMatchObject({ outcome: 'undone', left: [] });
    const run = await runMigration(project, 'Ada', quiet);
    expect(run.steps.find(({ step }) => step.endsWith('complete-relations'))?.notes).toHaveLength(4);
    // The team without a day, and its players: their reference had to stand before they came.
    const refused = (await listQuarantine(project)).map(({ code }) => code);
    expect(
      new Map([...Map.groupBy(refused, (code) => code)].map(([code, all]) => [code, all.length])),
    ).toEqual(
      new Map([
        ['mysql.zero-date', 1],
        ['target.foreign-key', 20],
      ]),
    );
    expect(await to.ask('SELECT (SELECT count(*) FROM team), (SELECT count(*) FROM player)')).toEqual([
      ['11', '220'],
    ]);
    expect((await to.ask(built)).flat()).toEqual([
      'player of_team true',
      'player player_by_name',
      'player player_by_team',
      'player player_pkey',
      'player player_pkey true',
      'team team_name',
      'team team_name true',
      'team team_pkey',
      'team team_pkey true',
    ]);
    expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', left: [] });
    expect(await to.ask(`SELECT to_regclass('team'), to_regclass('player')`)).toEqual([[null, null]]);
  });

  it.skipIf(skipWithoutMariadb())(
    'are kept against records that came past them, where these were seen',
    async () => {
      const orphans = [
        'SET foreign_key_checks = 0',
        'UPDATE player SET team = 99 WHERE id IN (7, 8, 9)',
        'SET foreign_key_checks = 1',
        "UPDATE team SET founded = '1999-01-02'",
      ];
      await using from = await openDatabase(await sharedMariadb(), [
        "SET sql_mode = ''",
        ...structure,
        ...orphans,
      ]);
      await using to = await server.open('SELECT 1');
      using move = await PostgresMove.begin(from.plain, to);
      await using project = await move.open();
      await profileSource(project, { showValues: false, onProgress: () => undefined });
      await move.agree(project);
      await runMigration(project, 'Ada', quiet);
      const refused = (await listQuarantine(project)).map(({ code }) => code);
      expect(refused).toEqual(['target.foreign-key', 'target.foreign-key', 'target.foreign-key']);
      expect(await to.ask('SELECT count(*) FROM player WHERE id IN (7, 8, 9)')).toEqual([['0']]);
      expect((await to.ask(built)).flat()).toContain('player of_team true');
      expect(await to.ask('SELECT count(*) FROM player')).toEqual([['237']]);
    },
  );
});
