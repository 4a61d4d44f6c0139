import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { Secret } from '../model/index.ts';
import type { IdAnswer } from '../reports/index.ts';
import { findNewId } from './find-new-id.ts';
import { findOldKey } from './find-old-key.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import type { Project } from './project.ts';
import { replayQuarantined } from './quarantine.ts';
import { runMigration } from './run-migration.ts';

beforeAll(loadGrammar);

const filled = `CREATE TABLE item (id bigint PRIMARY KEY, name text);
  INSERT INTO item SELECT i, CASE WHEN i <> 77 THEN 'item ' || i END FROM generate_series(1, 500) i`;
const numbered =
  'CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 50001) PRIMARY KEY, name text NOT NULL)';
const mapping = `source: item
target: item
key: id
fields:
  name: name
left_behind:
  id: the target counts anew
`;

const of = async (project: Project, id: string): Promise<IdAnswer> =>
  findNewId(project, { object: 'item', run: null, key: [id] });
const back = async (project: Project, id: string): Promise<IdAnswer> =>
  findOldKey(project, { object: 'item', run: null, target: [id] });

onOneServer('ids that a PostgreSQL gave', (server) => {
  describe.each(['in-target', 'beside'] as const)('kept %s', (checkpoints) => {
    it('are told both ways, also of a replayed record, and what a digest cannot tell is said', async () => {
      await using from = await server.open(filled, 'source');
      await using to = await server.open(numbered, 'source');
      const { schema } = to.address;
      const role = `teller_${schema.replaceAll(/\W/g, '_')}`;
      const name = to.client.escapeIdentifier(schema);
      await to.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA ${name} TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${name} TO ${role};
        GRANT ALL ON ALL SEQUENCES IN SCHEMA ${name} TO ${role}`);
      try {
        const narrow = { ...to, address: { ...to.address, user: role, password: new Secret('x') } };
        using move = await PostgresMove.begin(from, checkpoints === 'beside' ? narrow : to);
        if (checkpoints === 'beside') move.set('  target:\n', '  target:\n    checkpoints: beside\n');
        await using project = await move.open();
        writeFileSync(join(project.folder.mapping, 'item.yaml'), mapping);
        await move.agree(project);
        const { run } = await runMigration(project, 'Ada', quiet);
        const idOf = async (old: string): Promise<string> =>
          String((await to.ask(`SELECT id FROM item WHERE name = 'item ${old}'`))[0]?.[0]);

        for (const old of ['1', '432', '500']) {
          const id = await idOf(old);
          const found = await of(project, old);
          expect(found).toMatchObject({ state: 'found', matches: [{ source: [old], target: [id] }] });
          expect(found.matches[0]?.kept).toMatchObject({ run, step: '02-copy-item' });
          expect(await back(project, id)).toMatchObject({ state: 'found', matches: found.matches });
        }
        expect(await of(project, '77')).toMatchObject({ state: 'quarantined', matches: [] });
        expect(await back(project, '1')).toMatchObject({ state: 'not-there', matches: [] });

        await from.client.query("UPDATE item SET name = 'item 77' WHERE id = 77");
        await replayQuarantined(project, 'Ada', []);
        const replayed = await idOf('77');
        expect(await of(project, '77')).toMatchObject({
          state: 'found',
          entries: [],
          matches: [{ kept: { step: 'replay-1' }, target: [replayed] }],
        });
        expect(await back(project, replayed)).toMatchObject({ matches: [{ source: ['77'] }] });

        await from.client.query('DELETE FROM item WHERE id = 432');
        const lost = await back(project, await idOf('432'));
        expect(await of(project, '432')).toMatchObject({ state: 'found' });
        if (checkpoints === 'in-target') expect(lost).toMatchObject({ matches: [{ source: ['432'] }] });
        else
          expect(lost).toMatchObject({
            state: 'not-kept',
            matches: [{ kept: { run }, source: null }],
            notes: [expect.stringContaining('keyed digests only')],
          });
      } finally {
        await to.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    }, 120_000);
  });
});
