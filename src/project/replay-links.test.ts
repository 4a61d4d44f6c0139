import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed, ownerKey } from '../../tests/docs/agreed-project.ts';
import { auditLive } from './audit-live.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { listQuarantine, replayQuarantined } from './quarantine.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { decidableFindings, signerOf, signFinding } from './sign-decisions.ts';

/** People who have superiors: their links are set in a second pass, for replayed records too. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-links-'));
  on(
    'old',
    `CREATE TABLE people (id INTEGER PRIMARY KEY, born TEXT, boss INTEGER);
     INSERT INTO people VALUES (1, 'x', 3), (2, '2001-02-03', 1), (3, '1999-12-31', NULL), (4, '1998-01-01', 3)`,
  );
  on('new', 'CREATE TABLE staff (id INTEGER PRIMARY KEY, born TEXT, boss INTEGER REFERENCES staff)');
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  writeFileSync(
    join(folder, 'mapping/people.yaml'),
    `source: people
target: staff
key: id
fields:
  id: id
  born: to_date(born, 'YYYY-MM-DD')
  boss: lookup('people', boss)
`,
  );
  addPeople(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every record that could not go is listed once, and a replay brings it with its links', async () => {
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined).catch(() => undefined);
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'mended later', validDays: 1 });
  await planRun(project, () => undefined);
  await agreedRunbook(project);
  await runMigration(project, 'Ada', watcher);
  // The first could not be read; the second is there, without the superior who is not.
  const listed = await listQuarantine(project);
  expect(listed.map(({ step, code }) => [step, code])).toEqual([
    ['02-copy-people', 'value.unreadable-time'],
    ['03-link-people', 'value.no-new-id'],
  ]);
  expect(staff()).toEqual([
    [2, null],
    [3, null],
    [4, 3],
  ]);

  on('old', "UPDATE people SET born = '2000-01-01' WHERE id = 1");
  const replayed = await replayQuarantined(project, 'Ada', []);
  expect(replayed.map(({ counts }) => [counts?.rowsWritten, counts?.rowsQuarantined])).toEqual([
    [1, 0],
    [2, 0],
  ]);
  expect(staff()).toEqual([
    [1, 3],
    [2, 1],
    [3, null],
    [4, 3],
  ]);
  expect(await replayQuarantined(project, 'Ada', [])).toEqual([]);
  expect(await auditLive(project, () => undefined)).toMatchObject({ differences: 0 });
  expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', left: [] });
  expect(staff()).toEqual([]);
}, 60_000);

function staff(): unknown[] {
  using database = new DatabaseSync(join(folder, 'new.sqlite'));
  return database
    .prepare('SELECT id, boss FROM staff ORDER BY id')
    .all()
    .map(({ id, boss }) => [id, boss]);
}

function on(name: string, sql: string): void {
  using database = new DatabaseSync(join(folder, `${name}.sqlite`));
  database.exec(sql);
}
