import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPeople, openAgreed } from '../../tests/docs/agreed-project.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { rehearse } from './rehearse.ts';

const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
const records = Array.from({ length: 1_500 }, (_, at) => at);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-links-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function rehearsed(source: string): Promise<readonly unknown[]> {
  await initProject({ folder, source, target: 'sqlite:new.sqlite' });
  addPeople(folder);
  for (const [name, text] of Object.entries(mapping))
    writeFileSync(join(folder, `mapping/${name}.yaml`), text);
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined);
  const { run, sample } = await rehearse(project, { volume: { kind: 'sample', share: 0.05 }, watcher });
  return [
    run.outcome,
    run.steps.reduce((sum, { rowsQuarantined }) => sum + rowsQuarantined, 0),
    ...(sample?.report ?? []).map(({ relation, parents, orphans }) => [relation, parents > 100, orphans]),
  ];
}

const mapping: Record<string, string> = {};

function target(sql: string): void {
  using file = new DatabaseSync(join(folder, 'new.sqlite'));
  file.exec(sql);
}

test('files say nothing of references: the target and what the mapping computes tell who belongs together', async () => {
  mkdirSync(join(folder, 'old'));
  // Whoever has an odd number is no citizen of the list: the rule that purges them counts for parents too.
  writeFileSync(
    join(folder, 'old/citizens.csv'),
    ['code,name', ...records.map((at) => `c-${at},n${at}`), ''].join('\n'),
  );
  writeFileSync(
    join(folder, 'old/visits.csv'),
    ['id,who', ...records.map((at) => `${at},C/${(at * 2) % 1_500}`), ''].join('\n'),
  );
  target(`CREATE TABLE citizens (list TEXT, number INTEGER, name TEXT, PRIMARY KEY (list, number));
    CREATE TABLE visits (id INTEGER PRIMARY KEY, list TEXT, number INTEGER, FOREIGN KEY (list, number) REFERENCES citizens)`);
  Object.assign(mapping, {
    citizens: `source: citizens
target: citizens
key: [list, number]
purge: [{ when: "split_part(code, '-', 2)::integer % 2 = 1", reason: not ours }]
fields:
  list: "'a'"
  number: split_part(code, '-', 2)::integer
  name: name
`,
    visits: `source: visits
target: visits
key: id
fields:
  id: id::integer
  list: "'a'"
  number: split_part(who, '/', 2)::integer
`,
  });
  expect(await rehearsed('csv:old')).toEqual(['done', 0, ['citizens', true, 0], ['visits', false, 0]]);
});

test('a link that only the mapping looks up brings its parent', async () => {
  using file = new DatabaseSync(join(folder, 'old.sqlite'));
  file.exec(
    'CREATE TABLE citizens (code TEXT PRIMARY KEY, name TEXT); CREATE TABLE visits (id INTEGER PRIMARY KEY, who TEXT)',
  );
  file.exec('BEGIN');
  for (const at of records) {
    file.prepare('INSERT INTO citizens VALUES (?, ?)').run(`c-${at}`, `n${at}`);
    file.prepare('INSERT INTO visits VALUES (?, ?)').run(at, `C-${(at * 2) % 1_500}`);
  }
  file.exec('COMMIT');
  target(`CREATE TABLE citizens (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT UNIQUE, name TEXT);
    CREATE TABLE visits (id INTEGER PRIMARY KEY, citizen INTEGER NOT NULL REFERENCES citizens)`);
  Object.assign(mapping, {
    citizens: 'source: citizens\ntarget: citizens\nkey: id\nfields:\n  code: code\n  name: name\n',
    visits: `source: visits
target: visits
key: id
fields:
  id: id
  citizen: lookup('citizens', lower(who))
`,
  });
  expect(await rehearsed('sqlite:old.sqlite')).toEqual([
    'done',
    0,
    ['citizens', true, 0],
    ['visits', false, 0],
  ]);
});
