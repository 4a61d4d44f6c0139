import { beforeAll, expect, it } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { Secret } from '../model/index.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';

beforeAll(loadGrammar);

const table = 'CREATE TABLE item (id bigint PRIMARY KEY, name text)';
const filled = `${table}; INSERT INTO item SELECT i, 'item ' || i FROM generate_series(1, 5000) i`;

onOneServer('a role that may keep nothing in the target', (server) => {
  it('plans, runs and goes back, says where its checkpoints are, and leaves nothing of godwit behind', async () => {
    await using from = await server.open(filled, 'source');
    // Opened for reading: nothing prepares it.
    await using to = await server.open(table, 'source');
    const { schema } = to.address;
    const role = `mover_${schema.replaceAll(/\W/g, '_')}`;
    const name = to.client.escapeIdentifier(schema);
    await to.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA ${name} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${name} TO ${role}`);
    try {
      const address = { ...to.address, user: role, password: new Secret('x') };
      using move = await PostgresMove.begin(from, { ...to, address });
      move.set('  target:\n', '  target:\n    checkpoints: beside\n');
      await using project = await move.open();
      await move.agree(project);
      move.set('checkpoints: beside', 'checkpoints: in-target');
      await using other = await move.open();
      await expect(runMigration(other, 'Ada', quiet)).rejects.toMatchObject({
        code: 'runbook.limits-changed',
        detail: expect.stringContaining('systems.target.checkpoints was agreed as "beside"'),
      });
      const { run } = await runMigration(project, 'Ada', quiet);
      expect(await to.ask('SELECT count(*), min(name) FROM item')).toEqual([['5000', 'item 1']]);
      await to.client.query('UPDATE item SET name = upper(name) WHERE id = 4711');
      const back = await rollbackRun(project, 'Ada');
      expect(back).toMatchObject({ run, outcome: 'left-some', rowsRemoved: 4_999 });
      expect(await to.ask('SELECT id FROM item')).toEqual([['4711']]);
      expect(await to.ask("SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'")).toEqual([]);
    } finally {
      await to.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});
