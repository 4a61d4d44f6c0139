import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed, ownerKey } from '../../tests/docs/agreed-project.ts';
import { auditLive } from './audit-live.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import type { Project } from './project.ts';
import { listQuarantine, replayQuarantined } from './quarantine.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { decidableFindings, signerOf, signFinding } from './sign-decisions.ts';
import { statusOf } from './status.ts';

/** Records of a file are named by their lines; the new system gives ids of its own, so it would take a record twice. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-place-'));
  mkdirSync(join(folder, 'old'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const list = (...lines: readonly string[]): void =>
  writeFileSync(join(folder, 'old/people.csv'), ['id,name,born', ...lines, ''].join('\n'));

/** Moved with what could not go in quarantine. */
async function moved(...lines: readonly string[]): Promise<Project> {
  list(...lines);
  using file = new DatabaseSync(join(folder, 'new.sqlite'));
  file.exec('CREATE TABLE people (nr INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER, name TEXT, born TEXT)');
  await initProject({ folder, source: 'csv:old', target: 'sqlite:new.sqlite' });
  const born = "to_date(born, 'YYYY-MM-DD')";
  writeFileSync(
    join(folder, 'mapping/people.yaml'),
    `source: people\ntarget: people\nkey: nr\nfields:\n  id: id::integer\n  name: name\n  born: ${born}\n`,
  );
  addPeople(folder);
  const project = await openAgreed(folder);
  await planRun(project, () => undefined).catch(() => undefined);
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'mended later', validDays: 1 });
  await planRun(project, () => undefined);
  await agreedRunbook(project);
  await runMigration(project, 'Ada', watcher);
  return project;
}

function people(): string {
  using file = new DatabaseSync(join(folder, 'new.sqlite'), { readOnly: true });
  return file
    .prepare('SELECT id FROM people ORDER BY nr')
    .all()
    .map(({ id }) => String(id))
    .join(' ');
}

const first = [
  '1,Ada,2001-01-01',
  '2,Ben,2002-02-02',
  '3,Cid,x',
  '4,Dan,2004-04-04',
  '5,Eve,y',
  '6,Fay,2006-06-06',
];
const mended = first.map((line) => line.replace(',x', ',2003-03-03').replace(',y', ',2005-05-05'));

test('on their own lines records are replayed, once', async () => {
  await using project = await moved(...first);
  expect(people()).toBe('1 2 4 6');
  list(...mended);
  await replayQuarantined(project, 'Ada', []);
  expect(people()).toBe('1 2 4 6 3 5');
  expect(await auditLive(project, () => undefined)).toMatchObject({ differences: 0 });
});

test.each([
  ['a line is gone', mended.slice(1)],
  ['a line is new at the end', [...mended, '7,Gus,2007-07-07']],
  ['the file is sorted', mended.toReversed()],
])('nothing is written where %s', async (_what, lines) => {
  await using project = await moved(...first);
  list(...lines);
  await expect(replayQuarantined(project, 'Ada', [])).rejects.toMatchObject({
    code: 'engine.records-moved',
    fate: 'pause',
  });
  expect(people()).toBe('1 2 4 6');
  expect((await listQuarantine(project)).map(({ state }) => state)).toEqual(['open', 'open']);
  // Once it is put right, it goes.
  list(...mended);
  await replayQuarantined(project, 'Ada', []);
  expect(people()).toBe('1 2 4 6 3 5');
});

test('an empty line keeps the place of a record that goes', async () => {
  await using project = await moved(...first);
  list(...mended.map((line) => (line.startsWith('3,') ? '' : line)));
  await replayQuarantined(project, 'Ada', []);
  expect(people()).toBe('1 2 4 6 5');
});

test('records that a quote too many had swallowed all come, and the sum still holds', async () => {
  const swallowed = [
    ...mended.slice(0, 2),
    '3,"Cid,2003-03-03',
    '4,Dan,2004-04-04',
    '5,Eve"s,2005-05-05',
    ...mended.slice(5),
  ];
  await using project = await moved(...swallowed);
  expect(people()).toBe('1 2 6');
  expect((await listQuarantine(project)).map(({ code }) => code)).toEqual(['files.text-behind-quote']);
  list(...mended);
  const [report] = await replayQuarantined(project, 'Ada', []);
  expect(report?.counts).toMatchObject({ rowsRead: 3, rowsWritten: 3, rowsQuarantined: 0 });
  expect(people()).toBe('1 2 6 3 4 5');
  expect(await auditLive(project, () => undefined)).toMatchObject({ differences: 0 });
  const { numbers } = await statusOf(project, 'Ada');
  expect(numbers).toMatchObject([{ rowsSource: '6', rowsWritten: 6, rowsQuarantined: 0, unexplained: '0' }]);
  expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', rowsRemoved: 6, left: [] });
});
