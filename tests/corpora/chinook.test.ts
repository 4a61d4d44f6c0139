import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipWithoutMariadb, skipWithoutPostgres } from '../servers/index.ts';
import { type Engine, type MovedSystem, openMovedSystem, runMysqlScript } from './moved-system.ts';
import { differentLines, plainTables } from './plain-content.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';
import { moveWhole } from './whole-move.ts';

const archive = '1-db-permissive.tar.zst';
const corpora = findCorpora(archive);
const engines: readonly Engine[] = ['sqlite', 'postgres', 'mariadb'];
const pairs = engines.flatMap((from) => engines.map((to) => [from, to] as const));
const records = 15_607;
let folder = '';

describe.skipIf(corpora === null || skipWithoutMariadb() || skipWithoutPostgres(18))(
  'a record shop between any two systems',
  () => {
    beforeAll(() => {
      folder = join(unpackCorpora(corpora ?? '', archive), '1-db/chinook');
    });
    afterAll(() => rmSync(join(folder, '../..'), { recursive: true, force: true }));

    test.each(pairs)('%s to %s: every record of every table is there, by plain SQL', async (from, to) => {
      await using source = await openShop(from);
      await using target = await openMovedSystem(to);
      const moved = await moveWhole(source, target);
      expect([moved.rowsWritten, moved.rowsQuarantined]).toEqual([records, 0]);
      let found = 0;
      for (const [table, columns] of await plainTables(source)) {
        const { lines, different } = await differentLines([source, columns], target, table);
        expect(different, table).toEqual([]);
        found += lines;
      }
      expect(found).toBe(records);
    });
  },
);

async function openShop(engine: Engine): Promise<MovedSystem> {
  if (engine === 'sqlite') {
    const path = join(folder, `shop-${Date.now()}.sqlite`);
    copyFileSync(join(folder, 'Chinook_Sqlite.sqlite'), path);
    return openMovedSystem(engine, path);
  }
  const system = await openMovedSystem(engine);
  if (engine === 'mariadb')
    expect(await runMysqlScript(system, readFileSync(join(folder, 'Chinook_MySql.sql'), 'utf8'))).toEqual([]);
  else {
    const script = readFileSync(join(folder, 'Chinook_PostgreSql.sql'), 'utf8');
    await system.plain.run(script.replaceAll(/^(DROP DATABASE|CREATE DATABASE|\\c) .*$/gm, ''));
  }
  return system;
}
