import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlite } from '../connectors/index.ts';
import { SqliteFile, silentLog, systemClock, systemRandom } from '../host/index.ts';
import { recordKey } from '../model/index.ts';
import { type AwkwardOptions, type AwkwardRecord, awkwardKeys } from './index.ts';

let folder = '';
let path = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-awkward-'));
  path = join(folder, 'source.db');
  using file = new SqliteFile(path);
  file.run(`PRAGMA foreign_keys = OFF;
    CREATE TABLE companies (id INTEGER PRIMARY KEY, title TEXT);
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, label TEXT, status TEXT, age INTEGER, company_id INTEGER REFERENCES companies(id), extra TEXT);
    INSERT INTO companies VALUES (1, 'a'), (2, 'b'), (3, 'c');
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO contacts SELECT i, 'p' || i || '@example.org', 'label ' || substr('abcdefghijklmnopqrstuvwxyz', i % 26 + 1, 1),
        CASE i % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'closed' ELSE 'lost' END, 20 + i % 50, CASE i WHEN 900 THEN 2 ELSE 1 END, 'x' FROM n;
    UPDATE contacts SET label = NULL WHERE id = 101;
    UPDATE contacts SET label = '' WHERE id = 102;
    UPDATE contacts SET label = '   ' WHERE id = 103;
    UPDATE contacts SET label = printf('%.500c', 'y') WHERE id = 104;
    UPDATE contacts SET label = 'שלום' WHERE id = 105;
    UPDATE contacts SET label = 'N/A' WHERE id = 106;
    UPDATE contacts SET label = '31/02/2020' WHERE id = 107;
    UPDATE contacts SET label = 'Ab-9_x' WHERE id = 108;
    UPDATE contacts SET label = 'JosÃ©' WHERE id = 109;
    UPDATE contacts SET age = 9007199254740993 WHERE id = 110;
    UPDATE contacts SET age = -3 WHERE id = 111;
    UPDATE contacts SET email = 'P9000@example.org' WHERE id = 112;
    UPDATE contacts SET company_id = 77 WHERE id = 113;
    UPDATE contacts SET extra = NULL, email = NULL WHERE id = 114;
    UPDATE contacts SET status = 'archived' WHERE id = 115;`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function awkward(options: AwkwardOptions = {}): Promise<ReadonlyMap<string, readonly AwkwardRecord[]>> {
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
  return await awkwardKeys(snapshot, await system.inspects.inspect(), options);
}

test.each([
  ['null label', 101],
  ['empty label', 102],
  ['blank label', 103],
  ['longest label', 104],
  ['right-to-left letters in label', 105],
  ['N/A in label', 106],
  ['impossible date in label', 107],
  ['rare shape of label', 108],
  ['damaged encoding in label', 109],
  ['past 2^53: age', 110],
  ['largest age', 110],
  ['smallest age', 111],
  ['negative age', 111],
  ['duplicate email', 112],
  ['orphan company_id', 113],
  ['rare combination of missing fields', 114],
  ['status is archived', 115],
])('%s', async (why, id) => {
  const records = (await awkward({ perReason: 20 })).get('contacts') ?? [];
  expect(records.filter((record) => record.why === why).map(({ key }) => key)).toContain(
    recordKey([String(id)]),
  );
});

test('parents with most, one and no children', async () => {
  const companies = (await awkward()).get('companies') ?? [];
  const related = companies.filter(({ why }) => why.endsWith('contacts.company_id'));
  expect(related).toEqual([
    { key: recordKey(['1']), why: 'most contacts.company_id' },
    { key: recordKey(['2']), why: 'one contacts.company_id' },
    { key: recordKey(['3']), why: 'no contacts.company_id' },
  ]);
});

test('the list is bounded, one record for each reason first, and the same each time', async () => {
  const [first, second, bounded] = [
    await awkward(),
    await awkward(),
    await awkward({ entriesMax: 10, relations: ['contacts'] }),
  ];
  expect([...first]).toEqual([...second]);
  expect([...bounded.keys()]).toEqual(['contacts']);
  expect(new Set(bounded.get('contacts')?.map(({ why }) => why)).size).toBe(10);
});
