import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextFor, relationIn } from '../../src/connectors/contract/contract-world.contract.ts';
import { collect, sliceList } from '../../src/connectors/contract/read-all.contract.ts';
import { run, writeRows } from '../../src/connectors/contract/write-slices.contract.ts';
import { sqlite } from '../../src/connectors/index.ts';
import type { OpenSystem } from '../../src/connectors/port.ts';
import { PlainSqlite } from '../../src/connectors/sqlite/plain-sqlite.contract.ts';
import { SqliteFile } from '../../src/host/index.ts';
import type { Relation, Schema } from '../../src/model/index.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';

const archives = ['1-db-permissive.tar.zst', '1-db-testonly.tar.zst'];
const corpora = findCorpora(...archives);
let folder = '';

const databases: readonly (readonly [string, string])[] = [
  ['Chinook', 'chinook/Chinook_Sqlite.sqlite'],
  ['Chinook, numbered by the database', 'chinook/Chinook_Sqlite_AutoIncrementPKs.sqlite'],
  ['Employees', 'employees-bytebase/sqlite/dataset_small/employee.db'],
  ['Northwind', 'northwind-sqlite/northwind.sqlite'],
];

describe.skipIf(corpora === null)('databases that other people made', () => {
  beforeAll(() => {
    folder = join(unpackCorpora(corpora ?? '', ...archives), '1-db');
    using northwind = new SqliteFile(join(folder, 'northwind-sqlite/northwind.sqlite'));
    northwind.run(readFileSync(join(folder, 'northwind-sqlite/src/create.sql'), 'utf8'));
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  test.each(databases)(
    '%s: copied slice by slice every record arrives as it was, and goes again',
    async (_name, path) => {
      const address = { path: join(folder, path) };
      await using source = await sqlite.open(address, contextFor('source'));
      const schema = await source.inspects.inspect();
      await using plain = new PlainSqlite();
      await using target = await sqlite.open(plain.address, contextFor('target'));
      const tables = parentsFirst(schema);
      await target.creates?.create(
        target.creates.statements(
          schema,
          tables.map(({ name }) => name),
        ),
      );
      const written: Written[] = [];
      for (const table of tables) written.push(...(await copy(source, target, table)));
      for (const { name } of tables) expect(differences(plain, address.path, name), name).toEqual([[0n, 0n]]);
      for (const slice of written.reverse()) {
        const relation = await relationIn(target, slice.relation);
        const undone = await target.undoes?.undoSlice({ run, ...slice, relation });
        expect(undone?.refused).toEqual([]);
      }
      for (const { name } of tables) expect(plain.all(`SELECT count(*) FROM "${name}"`)).toEqual([[0n]]);
    },
  );
});

interface Written {
  readonly relation: string;
  readonly step: string;
  readonly slice: number;
}

async function copy(source: OpenSystem, target: OpenSystem, table: Relation): Promise<Written[]> {
  const fields = table.fields.filter(({ synthetic, generated }) => !synthetic && generated !== 'computed');
  const names = fields.map(({ name }) => name);
  const written: Written[] = [];
  await using snapshot = await source.reads.snapshot();
  for (const slice of await sliceList(snapshot, table, 1_000)) {
    const content = await collect(snapshot.read(table, slice));
    expect(content.bad).toEqual([]);
    const places = names.map((name) => content.fields.indexOf(name));
    const rows = content.rows.map((row) => places.map((place) => row[place] ?? null));
    const place = { step: `copy ${table.name}`, slice: slice.number };
    const result = await writeRows(target, table.name, { fields: names, rows, ...place });
    expect(
      result.refused.map(({ code, message, constraint }) => `${code} ${message} ${String(constraint)}`),
    ).toEqual([]);
    written.push({ relation: table.name, ...place });
  }
  return written;
}

/** Records with their storage classes that only one of the two files holds. */
function differences(plain: PlainSqlite, sourcePath: string, name: string): unknown {
  using file = new SqliteFile(plain.address.path);
  file.run(`ATTACH '${sourcePath}' AS source`);
  const fields = file.statement('SELECT name FROM pragma_table_info(?)').all(name);
  const columns = fields.map(([field]) => `"${String(field)}", typeof("${String(field)}")`).join(', ');
  const [here, there] = ['main', 'source'].map((schema) => `SELECT ${columns} FROM ${schema}."${name}"`);
  return file
    .statement(
      `SELECT (SELECT count(*) FROM (${here} EXCEPT ${there})), (SELECT count(*) FROM (${there} EXCEPT ${here}))`,
    )
    .all();
}

/** Each table after those it refers to; a table that refers to itself has its records sorted out within their slice. */
function parentsFirst(schema: Schema): Relation[] {
  const ordered: Relation[] = [];
  let left = schema.relations.filter(({ kind }) => kind === 'table');
  while (left.length > 0) {
    const free = left.filter((table) =>
      table.foreignKeys.every(
        ({ references }) =>
          references.relation === table.name || ordered.some(({ name }) => name === references.relation),
      ),
    );
    if (free.length === 0) throw new Error(`a ring of ${left.map(({ name }) => name).join(', ')}`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}
