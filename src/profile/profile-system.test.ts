import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlite } from '../connectors/index.ts';
import { SqliteFile, silentLog, systemClock, systemRandom } from '../host/index.ts';
import type { Profile, RelationProfile } from '../model/index.ts';
import { profileSystem } from './index.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-profile-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function profileOf(name: string, sql: string): Promise<Profile> {
  const path = join(folder, `${name}.db`);
  {
    using file = new SqliteFile(path);
    file.run(`PRAGMA foreign_keys = OFF; ${sql}`);
  }
  const context = {
    name: 'crm',
    role: 'source',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal: null,
  } as const;
  await using system = await sqlite.open({ path }, { ...context, signal: new AbortController().signal });
  await using snapshot = await system.reads.snapshot();
  return await profileSystem(snapshot, await system.inspects.inspect(), { mask: (text) => text });
}

function relation(profile: Profile, name: string): RelationProfile {
  const found = profile.relations.find((candidate) => candidate.relation === name);
  if (found === undefined) throw new RangeError(`no profile of ${name}`);
  return found;
}

describe('references', () => {
  test('declared ones that nothing enforced, inferred ones, their own parents; exact where keys do not fit into memory', async () => {
    const profile = await profileOf(
      'references',
      `CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT, parent_id INTEGER);
       CREATE TABLE contacts (id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES companies(id), billing_company_id TEXT, owner_id INTEGER);
       CREATE VIEW everybody AS SELECT * FROM contacts;
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
         INSERT INTO companies SELECT i, 'c' || i, CASE WHEN i % 3 = 0 THEN i / 3 END FROM n;
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO contacts SELECT i, CASE WHEN i % 1000 = 0 THEN 999999 WHEN i % 7 = 0 THEN NULL ELSE i % 9000 + 1 END,
           i % 9000 + 1 + CASE WHEN i = 17 THEN 500000 ELSE 0 END, i + 5000000 FROM n;
       UPDATE companies SET parent_id = 777777 WHERE id = 3;`,
    );
    expect(profile.relations.map((one) => one.relation)).toEqual(['companies', 'contacts']);
    expect(relation(profile, 'companies').orphans).toEqual([
      {
        fields: ['parent_id'],
        references: { relation: 'companies', fields: ['id'] },
        declared: false,
        resolved: '0.9996',
        orphans: '1',
        examples: ['777777 (1 records)'],
      },
    ]);
    expect(relation(profile, 'contacts').orphans).toEqual([
      {
        fields: ['company_id'],
        references: { relation: 'companies', fields: ['id'] },
        declared: true,
        resolved: '0.9988',
        orphans: '20',
        examples: ['999999 (20 records)'],
      },
      {
        fields: ['billing_company_id'],
        references: { relation: 'companies', fields: ['id'] },
        declared: false,
        resolved: '0.9999',
        orphans: '1',
        examples: ['500018 (1 records)'],
      },
    ]);
  });

  test('composite ones; a name that only happens to agree is no reference', async () => {
    const profile = await profileOf(
      'composite',
      `CREATE TABLE orders (country TEXT, number INTEGER, PRIMARY KEY (country, number));
       CREATE TABLE lines (id INTEGER PRIMARY KEY, country TEXT, number INTEGER, product_id INTEGER, FOREIGN KEY (country, number) REFERENCES orders);
       CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT);
       INSERT INTO orders VALUES ('DE', 1), ('FR', 1);
       INSERT INTO products VALUES (1, 'a');
       INSERT INTO lines VALUES (1, 'DE', 1, 70), (2, 'FR', 2, 71), (3, NULL, 9, 72);`,
    );
    expect(relation(profile, 'lines').orphans).toEqual([
      {
        fields: ['country', 'number'],
        references: { relation: 'orders', fields: ['country', 'number'] },
        declared: true,
        resolved: '0.5',
        orphans: '1',
        examples: ['["FR","2"] (1 records)'],
      },
    ]);
  });
});

test('records the source could not read are counted, and their field says so', async () => {
  const profile = await profileOf(
    'wrong-types',
    `CREATE TABLE people (id INTEGER PRIMARY KEY, age INTEGER); INSERT INTO people VALUES (1, 40), (2, 'forty'), (3, NULL);`,
  );
  const people = relation(profile, 'people');
  expect([people.rows, people.badRecords]).toEqual(['3', '1']);
  expect(people.fields[1]?.traits).toMatchObject([{ kind: 'wrong-type', count: '1' }]);
});

test('keys that the system enforces are not looked at for doubles', async () => {
  const profile = await profileOf(
    'enforced',
    `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, login TEXT);
     INSERT INTO users VALUES (1, 'a@x.org', 'ann'), (2, 'A@x.org', 'ann'), (3, 'c@x.org', 'cy');`,
  );
  expect(relation(profile, 'users').duplicates.map(({ fields }) => fields)).toEqual([['login']]);
});
