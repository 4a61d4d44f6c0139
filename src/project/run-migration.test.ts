import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed } from '../../tests/docs/agreed-project.ts';
import { lockProject } from '../engine/index.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import type { Project } from './project.ts';
import { runMigration } from './run-migration.ts';

const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-run-'));
  for (const name of ['old', 'new']) {
    using database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec('CREATE TABLE person (id INTEGER PRIMARY KEY)');
  }
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nkey: id\nfields:\n  id: id\n',
  );
  addPeople(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const told = (project: Project): readonly string[] =>
  [...project.ledger().entries()].map(({ type }) => type).filter((type) => /^run-|^step-outcome/.test(type));

test('a run that is refused because another one is at work did not start, and the ledger says nothing of it', async () => {
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined);
  await agreedRunbook(project);
  {
    const path = project.statePath('lock.sqlite');
    using _other = lockProject({ path, purpose: 'godwit live run', clock: project.clock });
    await expect(runMigration(project, 'Ada', watcher)).rejects.toMatchObject({ code: 'engine.locked' });
    expect(told(project)).toEqual([]);
  }
  expect(await runMigration(project, 'Ada', watcher)).toMatchObject({ outcome: 'done', unknown: [] });
  expect(told(project)).toEqual(['run-started', 'run-ended']);
});
