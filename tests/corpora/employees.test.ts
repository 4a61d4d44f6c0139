import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipWithoutMariadb, skipWithoutPostgres } from '../servers/index.ts';
import { type MovedSystem, openMovedSystem, runMysqlScript } from './moved-system.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';
import { moveWhole } from './whole-move.ts';

const archive = '1-db-testonly.tar.zst';
const corpora = findCorpora(archive);
let folder = '';

describe.skipIf(corpora === null || skipWithoutMariadb() || skipWithoutPostgres(18))(
  'employees, by the checks that were published with them',
  () => {
    beforeAll(() => {
      folder = join(unpackCorpora(corpora ?? '', archive), '1-db');
    });
    afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

    test('the small set, SQLite -> PostgreSQL -> MariaDB: counts and MD5 in each of them', async () => {
      const place = join(folder, 'employees-bytebase');
      const published = publishedIn(join(place, 'mysql/dataset_small/test_employee_md5.sql'));
      expect(published.size).toBe(6);
      const path = join(folder, 'employee.sqlite');
      copyFileSync(join(place, 'sqlite/dataset_small/employee.db'), path);
      await using first = await openMovedSystem('sqlite', path);
      await using second = await openMovedSystem('postgres');
      await using third = await openMovedSystem('mariadb');
      expect(await foundIn(first, small, 'md5')).toEqual(published);
      await moveWhole(first, second);
      expect(await foundIn(second, small, 'md5')).toEqual(published);
      await moveWhole(second, third);
      expect(await foundIn(third, small, 'md5')).toEqual(published);
      // The check as it was published, carried out by the server itself.
      const check = readFileSync(join(place, 'mysql/dataset_small/test_employee_md5.sql'), 'utf8');
      expect(await runMysqlScript(third, check.slice(0, check.indexOf('DROP TABLE tchecksum')))).toEqual([]);
      expect(
        await third.plain.rows(
          `SELECT count(*), sum(e.recs = f.recs AND e.crc_md5 = f.crc_md5)
             FROM expected_value AS e JOIN found_value AS f USING (table_name)`,
        ),
      ).toEqual(['6 | 6']);
    });

    test('what there is of the large set, MariaDB -> SQLite: MD5 and SHA', async () => {
      const place = join(folder, 'employees-test_db');
      await using source = await openMovedSystem('mariadb');
      await using target = await openMovedSystem('sqlite');
      await source.plain.run(
        `CREATE TABLE departments (dept_no char(4) PRIMARY KEY, dept_name varchar(40) NOT NULL UNIQUE);
         CREATE TABLE dept_manager (emp_no int, dept_no char(4), from_date date NOT NULL, to_date date NOT NULL,
           PRIMARY KEY (emp_no, dept_no), FOREIGN KEY (dept_no) REFERENCES departments (dept_no) ON DELETE CASCADE)`,
      );
      for (const name of ['departments', 'dept_manager'])
        expect(await runMysqlScript(source, readFileSync(join(place, `load_${name}.dump`), 'utf8'))).toEqual(
          [],
        );
      await moveWhole(source, target);
      for (const hash of ['md5', 'sha'] as const) {
        const published = publishedIn(join(place, `test_employees_${hash}.sql`));
        const found = await foundIn(target, large, hash);
        expect(found.size).toBe(2);
        for (const [table, counted] of found) expect(counted, table).toEqual(published.get(table));
      }
    });
  },
);

interface Counted {
  readonly records: number;
  readonly hash: string;
}

/** Table, records, and the last column that holds a hash of that length. */
function publishedIn(path: string): ReadonlyMap<string, Counted> {
  const text = readFileSync(path, 'utf8');
  const [values = ''] = /\bVALUES\s*(\([\s\S]*?);/i.exec(text)?.slice(1) ?? [];
  const length = path.includes('_sha') ? 40 : 32;
  const row = new RegExp(String.raw`\('(\w+)',\s*(\d+),[^)]*?'([0-9a-f]{${length}})'`, 'g');
  return new Map(
    [...values.matchAll(row)].map(([, table = '', records, hash = '']) => [
      table,
      { records: Number(records), hash },
    ]),
  );
}

interface Checked {
  readonly columns: readonly string[];
  readonly order: readonly string[];
}

const span = ['from_date', 'to_date'];
const linked: Checked = { columns: ['dept_no', 'emp_no', ...span], order: ['dept_no', 'emp_no'] };
const small: Readonly<Record<string, Checked>> = {
  employee: {
    columns: ['emp_no', 'birth_date', 'first_name', 'last_name', 'gender', 'hire_date'],
    order: ['emp_no'],
  },
  department: { columns: ['dept_no', 'dept_name'], order: ['dept_no'] },
  dept_manager: linked,
  dept_emp: linked,
  title: { columns: ['emp_no', 'title', ...span], order: ['emp_no', 'title', 'from_date'] },
  salary: { columns: ['emp_no', 'amount', ...span], order: ['emp_no', ...span] },
};
const large = {
  departments: { columns: ['dept_no', 'dept_name'], order: ['dept_no'] },
  dept_manager: linked,
};

/** The published check: each record's hash is that of the hash before it and its fields, NULLs passed over, `#` between. */
async function foundIn(
  { plain }: MovedSystem,
  tables: Readonly<Record<string, Checked>>,
  hash: 'md5' | 'sha',
): Promise<ReadonlyMap<string, Counted>> {
  const found = new Map<string, Counted>();
  for (const [table, { columns, order }] of Object.entries(tables)) {
    const rows = await plain.rows(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order.join(', ')}`);
    let last = '';
    for (const row of rows) {
      const fields = row.split(' | ').filter((value) => value !== 'NULL');
      last = createHash(hash === 'sha' ? 'sha1' : hash)
        .update([last, ...fields].join('#'))
        .digest('hex');
    }
    found.set(table, { records: rows.length, hash: last });
  }
  return found;
}
