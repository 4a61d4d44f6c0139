import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipWithoutMariadb, skipWithoutPostgres } from '../servers/index.ts';
import { countPieces } from './count-pieces.ts';
import { openMovedSystem, runMysqlScript } from './moved-system.ts';
import { differentLines, plainTables } from './plain-content.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';
import { moveWhole } from './whole-move.ts';

const archive = '1-db-testonly.tar.zst';
const corpora = findCorpora(archive);
let folder = '';

describe.skipIf(corpora === null || skipWithoutMariadb() || skipWithoutPostgres(18))(
  'a film shop there and back',
  () => {
    beforeAll(() => {
      folder = join(unpackCorpora(corpora ?? '', archive), '1-db/sakila-mysql-percona/sakila-db');
    });
    afterAll(() => rmSync(join(folder, '../../..'), { recursive: true, force: true }));

    test('MariaDB -> PostgreSQL -> MariaDB: equal content by plain SQL, and nothing stays behind unsaid', async () => {
      await using first = await openMovedSystem('mariadb');
      await using second = await openMovedSystem('postgres');
      await using third = await openMovedSystem('mariadb');
      for (const name of ['sakila-schema.sql', 'sakila-data.sql']) {
        const script = readFileSync(join(folder, name), 'latin1').replaceAll(/\bsakila\./g, '');
        expect(await runMysqlScript(first, script, 'latin1')).toEqual([]);
      }
      const there = await moveWhole(first, second);
      const back = await moveWhole(second, third);
      const tables = await plainTables(first);
      expect(tables.size).toBe(16);
      let records = 0;
      for (const [table, columns] of tables)
        for (const other of [second, third]) {
          const { lines, different } = await differentLines([first, columns], other, table);
          expect(different, table).toEqual([]);
          records += lines;
        }
      expect(records).toBe(2 * there.rowsWritten);
      expect(there.rowsWritten).toBe(47_273);
      expect([there.rowsQuarantined, back.rowsQuarantined, back.rowsWritten]).toEqual([
        0,
        0,
        there.rowsWritten,
      ]);
      for (const { source, target, findings } of [there, back]) {
        const { kinds, lost } = countPieces(source, target, findings);
        process.stdout.write(`sakila ${source.kind} -> ${target.kind}: ${JSON.stringify(kinds)}\n`);
        expect(lost).toEqual([]);
      }
      const { kinds } = countPieces(there.source, there.target, there.findings);
      // Each store has a manager, and each of the staff a store: one of the two references stays behind.
      expect(kinds['foreign key']).toEqual({ source: 22, target: 21, told: 1 });
      expect(kinds['view']).toEqual({ source: 7, target: 0, told: 7 });
      expect(kinds['trigger']?.told).toBe(kinds['trigger']?.source);
      expect(kinds['procedure']).toEqual({ source: 3, target: 0, told: 3 });
      expect(kinds['function']).toEqual({ source: 3, target: 0, told: 3 });
    });
  },
);
