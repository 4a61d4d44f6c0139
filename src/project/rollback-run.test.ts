import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed } from '../../tests/docs/agreed-project.ts';
import { runbookClosed } from '../runbook/index.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { stopRun } from './run-stops.ts';
import { statusOf } from './status.ts';

/** Planned again since, the mapping broken, the source gone: what a run wrote can be taken back all the same. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
const noProgress = (): void => undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-back-'));
  on(
    'old',
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO person VALUES (1, 'a'), (2, 'b')",
  );
  on('new', 'CREATE TABLE staff (id INTEGER PRIMARY KEY, name TEXT)');
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  map('name');
  addPeople(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an earlier run is named and taken back, without its mapping and without the source', async () => {
  await using project = await openAgreed(folder);
  await planRun(project, noProgress);
  await agreedRunbook(project);
  const { run } = await runMigration(project, 'Ada', watcher);
  expect(staff()).toBe(2);
  await expect(stopRun(project, 'Ben', 'too late')).rejects.toMatchObject({
    code: 'project.run-over',
    detail: expect.stringContaining('its last step was done at'),
  });

  map('upper(name)', 'append');
  await using again = await openAgreed(folder);
  expect((await planRun(again, noProgress)).earlier).toEqual([run]);
  const status = await statusOf(again);
  expect(status.earlier).toEqual([run]);
  expect(status.wayOut).toContain(`godwit rollback --run ${run}`);
  await expect(rollbackRun(again, 'Ada')).rejects.toMatchObject({
    code: 'project.never-run',
    nextStep: expect.stringContaining(`--run ${run}`),
  });
  await expect(rollbackRun(again, 'Ada', 'run_0')).rejects.toMatchObject({
    code: 'project.run-unknown',
    detail: expect.stringContaining(run),
  });

  writeFileSync(join(folder, 'mapping/person.yaml'), 'this: is no mapping');
  rmSync(join(folder, 'old.sqlite'));
  const away = await statusOf(again);
  expect(away.verdict).toBeNull();
  expect(away.unjudged?.code).toMatch(/^(mapping|sqlite)\./);
  expect(away.next).toContain(away.unjudged?.nextStep);
  expect(away.wayOut).toContain(`godwit rollback --run ${run}`);
  expect(await rollbackRun(again, 'Ada', run)).toMatchObject({ outcome: 'undone', rowsRemoved: 2, left: [] });
  expect(staff()).toBe(0);

  expect(await stopRun(again, 'Ben', 'before it began')).toMatchObject({ stop: { by: 'Ben' } });
  again.ledger().append([runbookClosed('Ada', status.runbookId ?? '', 'undone')]);
  await again.ledger().flush();
  await expect(stopRun(again, 'Ben', 'too late')).rejects.toMatchObject({
    code: 'project.run-over',
    detail: expect.stringContaining('taken back'),
  });
}, 60_000);

function map(name: string, mode = 'empty-only'): void {
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    `source: person\ntarget: staff\nmode: ${mode}\nkey: id\nfields:\n  id: ${mode === 'append' ? 'id + 100' : 'id'}\n  name: ${name}\n`,
  );
}

function staff(): number {
  using database = new DatabaseSync(join(folder, 'new.sqlite'));
  return Number(database.prepare('SELECT count(*) AS rows FROM staff').get()?.['rows']);
}

function on(name: string, sql: string): void {
  using database = new DatabaseSync(join(folder, `${name}.sqlite`));
  database.exec(sql);
}
