import { beforeAll, expect, it } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import { runMigration } from './run-migration.ts';

beforeAll(loadGrammar);

const structure = `
  CREATE TABLE invoice (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket serial, down integer DEFAULT 0);
  CREATE TABLE never (id serial PRIMARY KEY);
  CREATE SEQUENCE downwards INCREMENT -2 MINVALUE -100 MAXVALUE 100 START 50; ALTER TABLE invoice ALTER down SET DEFAULT nextval('downwards');
  INSERT INTO invoice (down) SELECT nextval('downwards') FROM generate_series(1, 9);
  DELETE FROM invoice WHERE id > 5`;

onOneServer('counters of a source whose last records are gone', (server) => {
  it('go on behind the last number it gave', async () => {
    await using from = await server.open(structure, 'source');
    await using to = await server.open('SELECT 1');
    using move = await PostgresMove.begin(from, to);
    await using project = await move.open();
    await move.agree(project);
    await runMigration(project, 'Ada', quiet);
    const next = 'INSERT INTO invoice DEFAULT VALUES RETURNING id, ticket, down';
    expect(await to.ask(next)).toEqual([['10', '10', '32']]);
    expect(await to.ask('INSERT INTO never DEFAULT VALUES RETURNING id')).toEqual([['1']]);
    expect(await from.ask(next)).toEqual([['10', '10', '32']]);
  });
});
