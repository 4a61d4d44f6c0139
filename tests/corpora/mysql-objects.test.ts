import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipWithoutMariadb, skipWithoutPostgres } from '../servers/index.ts';
import { countPieces, type PieceCount } from './count-pieces.ts';
import { type MovedSystem, openMovedSystem, runMysqlScript } from './moved-system.ts';
import { differentLines, plainTables } from './plain-content.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';
import { moveWhole } from './whole-move.ts';

const archive = '1-db-testonly.tar.zst';
const corpora = findCorpora(archive);
let folder = '';

/** Sets of scripts that other tools test themselves with, and what MariaDB itself refuses of each. */
const sets: readonly (readonly [name: string, files: readonly string[], refused: readonly string[]])[] = [
  ['views', ['yb-voyager-mysql/views/mysql_views_automation.sql'], []],
  ['partitions', ['yb-voyager-mysql/partitions/mysql_partitions_automation.sql'], []],
  ['constraints', ['yb-voyager-mysql/constraints/mysql_constraints_automation.sql'], []],
  ['names and words', ['yb-voyager-mysql/misc-tests/schema.sql'], []],
  [
    'snapshot and changes',
    ['yb-voyager-mysql/basic-live-test/snapshot.sql', 'yb-voyager-mysql/basic-live-test/source_delta.sql'],
    [],
  ],
  ['a record shop', ['yb-voyager-mysql/chinook/Chinook.sql'], []],
  [
    'employees',
    [
      'employee',
      'load_department',
      'load_employee',
      'load_dept_emp',
      'load_dept_manager',
      'load_title',
      'object',
    ].map((name) => `employees-bytebase/mysql/dataset_small/${name}.sql`),
    [],
  ],
];

describe.skipIf(corpora === null || skipWithoutMariadb() || skipWithoutPostgres(18))(
  'objects of databases that other people made: in = out + findings',
  () => {
    beforeAll(() => {
      folder = join(unpackCorpora(corpora ?? '', archive), '1-db');
    });
    afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

    test.each(sets)('%s', async (name, files, refused) => {
      await using source = await openMovedSystem('mariadb');
      const told: string[] = [];
      for (const file of files) {
        // `source` is a word of the client that the scripts were written for.
        const script = readFileSync(join(folder, file), 'utf8').replace(/^\uFEFF/, '');
        told.push(...(await runMysqlScript(source, script.replaceAll(/^source .*$/gm, ''))));
      }
      expect(told).toEqual(refused);
      await using target = await openMovedSystem('postgres');
      await expectAllThere(name, source, target);
    });
  },
);

const everyKind = `
CREATE TABLE places (id int AUTO_INCREMENT PRIMARY KEY,
  name varchar(60) COLLATE utf8mb4_unicode_ci NOT NULL UNIQUE COMMENT 'how it is called',
  note text CHARACTER SET latin1, at point NOT NULL, doc json, secret int INVISIBLE DEFAULT 7,
  twice int AS (size * 2) VIRTUAL, thrice int AS (size * 3) STORED,
  stamped timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
  size int CHECK (size > 0), since date NOT NULL, until date NOT NULL, PERIOD FOR validity (since, until),
  CONSTRAINT small CHECK (size < 1000), FULLTEXT KEY words (name), SPATIAL KEY near (at),
  KEY beginning (note(10)), KEY downward (size DESC, name), UNIQUE KEY part_of_name (name(20), size))
  COMMENT 'places, it''s said' AUTO_INCREMENT = 500;
INSERT INTO places (name, note, at, doc, size, since, until) VALUES
  ('Köln', 'dom', ST_GeomFromText('POINT(6.96 50.94)'), '{"a": [1, 2]}', 3, '2024-01-01', '2024-02-01'),
  ('O''Hara \\\\ "x"', NULL, ST_GeomFromText('POINT(0 -1)'), NULL, NULL, '2024-01-01', '2024-02-01');
CREATE TABLE past (id int PRIMARY KEY, word varchar(10)) WITH SYSTEM VERSIONING;
INSERT INTO past VALUES (1, 'old');
UPDATE past SET word = 'new';
CREATE TABLE cut (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (to_days(day))
  (PARTITION early VALUES LESS THAN (to_days('2025-01-01')), PARTITION late VALUES LESS THAN MAXVALUE);
INSERT INTO cut VALUES (1, '2024-05-05'), (2, '2026-05-05');
CREATE TABLE keyless (a int, b varchar(9), hidden int INVISIBLE DEFAULT 3);
INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (NULL, NULL);
CREATE TABLE visits (id bigint PRIMARY KEY, place int, other bigint,
  CONSTRAINT to_place FOREIGN KEY (place) REFERENCES places (id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT to_visit FOREIGN KEY (other) REFERENCES visits (id));
INSERT INTO visits VALUES (1, 500, NULL), (2, NULL, 2);
CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 3;
CREATE VIEW large AS SELECT id, name FROM places WHERE size > 2;
CREATE FUNCTION plus_one (x int) RETURNS int DETERMINISTIC RETURN x + 1;
CREATE PROCEDURE plus_one (OUT y int) SET y = 1;
CREATE TRIGGER touch BEFORE UPDATE ON places FOR EACH ROW SET NEW.size = NEW.size + 1;
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM keyless;
`;

describe.skipIf(skipWithoutMariadb() || skipWithoutPostgres(18))(
  'every kind of object that MariaDB has',
  () => {
    test.each(['postgres', 'sqlite', 'mariadb'] as const)('is in %s or in a finding', async (engine) => {
      await using source = await openMovedSystem('mariadb');
      expect(await runMysqlScript(source, everyKind)).toEqual([]);
      await using target = await openMovedSystem(engine);
      const { kinds } = await expectAllThere('every kind', source, target);
      for (const kind of ['view', 'function', 'procedure', 'trigger', 'event', 'sequence', 'versioning'])
        expect(kinds[kind], kind).toEqual({ source: 1, target: 0, told: 1 });
      // Its own words are understood by its own kind alone, and only where a table comes along whole.
      const carried = (source: number, target: number): PieceCount['kinds'][string] =>
        engine === 'mariadb'
          ? { source, target, told: source - target }
          : { source, target: 0, told: source };
      expect(kinds['update-rule']).toEqual(carried(1, 1));
      expect(kinds['invisibility']).toEqual(carried(2, 1));
      expect(kinds['partition']).toEqual(carried(2, 2));
      expect(kinds['computation']).toEqual(carried(2, 2));
      expect(kinds['index']?.source).toBe(6);
      expect(kinds['comment']).toEqual(
        engine === 'sqlite' ? { source: 2, target: 0, told: 2 } : { source: 2, target: 2, told: 0 },
      );
    });
  },
);

async function expectAllThere(name: string, source: MovedSystem, target: MovedSystem): Promise<PieceCount> {
  const { findings, rowsQuarantined, ...schemas } = await moveWhole(source, target);
  expect(rowsQuarantined).toBe(0);
  for (const [table, columns] of await plainTables(source)) {
    const { different } = await differentLines([source, columns], target, table);
    expect(different, table).toEqual([]);
  }
  const count = countPieces(schemas.source, schemas.target, findings);
  process.stdout.write(`${name}, MariaDB -> ${target.engine}: ${JSON.stringify(count.kinds)}\n`);
  expect(count.lost).toEqual([]);
  return count;
}
