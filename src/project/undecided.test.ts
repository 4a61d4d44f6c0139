import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed } from '../../tests/docs/agreed-project.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { runMigration } from './run-migration.ts';
import { statusOf } from './status.ts';

const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
let folder: string;

const on = (name: string, sql: string): void => {
  using database = new DatabaseSync(join(folder, `${name}.sqlite`));
  database.exec(sql);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-undecided-'));
  on(
    'old',
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE log (at TEXT); INSERT INTO person VALUES (1, 'a'), (2, 'b')",
  );
  on('new', 'CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  const write = (name: string, text: string): void => writeFileSync(join(folder, 'mapping', name), text);
  write(
    'person.yaml',
    'source: person\ntarget: person\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n',
  );
  write('left-behind.yaml', 'relations:\n  log: nobody reads it\n');
  addPeople(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a relation and a bad record that came after the approval keep the run from nothing, and status tells of both', async () => {
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined);
  await agreedRunbook(project);
  expect((await statusOf(project)).undecided).toEqual([]);
  on('old', 'CREATE TABLE nobody_knows (id INTEGER); UPDATE person SET name = NULL WHERE id = 2');
  expect(await runMigration(project, 'Ada', watcher)).toMatchObject({ outcome: 'done' });
  expect(await statusOf(project)).toMatchObject({
    undecided: ['nobody_knows'],
    numbers: [{ object: 'person', rowsWritten: 1, rowsQuarantined: 1, unexplained: '0' }],
    next: expect.stringContaining('approve result'),
  });
});
