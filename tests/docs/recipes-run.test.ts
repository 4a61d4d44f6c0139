import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differencesIn, planRun, rehearse, rollbackRun, runMigration } from '../../src/index.ts';
import { addPeople, agreedRunbook, openAgreed } from './agreed-project.ts';
import { walkPageIn } from './walk-page.ts';

/** The mapping of docs/guides/mapping-recipes.md is rehearsed, run, looked at in plain SQL, and taken back. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
let home: string;
let folder: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'godwit-recipes-'));
  folder = join(home, 'recipes');
  if (process.platform !== 'win32') walkPageIn(home, 'docs/guides/mapping-recipes.md');
}, 120_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

test.skipIf(process.platform === 'win32')(
  'the recipes do what the page promises, and go back (skipped on Windows: it has no POSIX shell)',
  { timeout: 120_000 },
  async () => {
    addPeople(folder);
    await using project = await openAgreed(folder);
    await planRun(project, () => undefined);
    const rehearsal = await rehearse(project, { volume: { kind: 'full' }, watcher });
    expect(rehearsal).toMatchObject({ audit: expect.anything(), rollback: { outcome: 'undone', left: [] } });
    expect(rehearsal.audit && differencesIn(rehearsal.audit)).toBe(0);
    expect(counts()).toEqual([0, 0, 0, 0]);

    await agreedRunbook(project);
    const run = await runMigration(project, 'Ada', watcher);
    expect(run.audit && differencesIn(run.audit)).toBe(0);
    expect(run.audit?.relations.flatMap(({ purgedBy }) => purgedBy)).toEqual([
      { reason: 'Notes about people nobody has any more (Ada, with the owner of the data)', rows: 1 },
      { reason: 'The remark fits into people.about', rows: 1 },
    ]);
    expectContent();

    const back = await rollbackRun(project, 'Ada');
    expect(back).toMatchObject({ outcome: 'undone', left: [] });
    expect(counts()).toEqual([0, 0, 0, 0]);
  },
);

function expectContent(): void {
  expect(ask('SELECT origin, name, main_person_id FROM companies ORDER BY origin')).toEqual([
    ['2019 1', 'Green', null],
    ['2019 2', 'Grey', null],
    ['account 1', 'Blue', 1],
    ['account 2', 'Red', null],
  ]);
  expect(
    ask(
      'SELECT p.name, c.name, m.name, p.status, p.about FROM people p JOIN companies c ON c.id = p.company_id LEFT JOIN people m ON m.id = p.manager_id ORDER BY p.id',
    ),
  ).toEqual([
    ['Mia', 'Blue', null, 'current', null],
    ['Noah', 'Blue', 'Mia', 'pending', 'quiet'],
  ]);
  expect(ask('SELECT person_id, place, address FROM emails ORDER BY place')).toEqual([
    [1, 1, 'mia@b.example'],
    [1, 2, 'mm@home.example'],
  ]);
  expect(ask('SELECT person_id, body FROM comments ORDER BY id')).toEqual([
    [1, 'likes tea'],
    [1, 'knows everybody at Blue and half of Red'],
  ]);
}

function counts(): readonly unknown[] {
  return ['companies', 'people', 'emails', 'comments'].map(
    (name) => ask(`SELECT count(*) FROM ${name}`)[0]?.[0],
  );
}

function ask(sql: string): readonly (readonly unknown[])[] {
  const database = new DatabaseSync(join(folder, 'new.sqlite'));
  try {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement.all() as unknown as readonly (readonly unknown[])[];
  } finally {
    database.close();
  }
}
