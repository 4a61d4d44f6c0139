import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed, ownerKey } from '../../tests/docs/agreed-project.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { replayQuarantined } from './quarantine.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { decidableFindings, signerOf, signFinding } from './sign-decisions.ts';
import { signResult } from './sign-result.ts';

/** Files take their place when a run is finished; what a replay adds has to take its place too. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-replay-'));
  mkdirSync(join(folder, 'new'));
  changeSource(
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, born TEXT); INSERT INTO notes VALUES (1, '2001-02-03'), (2, 'x')",
  );
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'csv:new' });
  writeFileSync(
    join(folder, 'mapping/notes.yaml'),
    "source: notes\ntarget: notes\nkey: id\ncreate: true\nfields:\n  id: id\n  born: to_date(born, 'YYYY-MM-DD')\n",
  );
  addPeople(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a record that is replayed stands in the file, the result can be signed, and all goes back', async () => {
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined).catch(() => undefined);
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'mended later', validDays: 1 });
  await planRun(project, () => undefined);
  await agreedRunbook(project);
  await runMigration(project, 'Ada', watcher);
  expect(written()).toEqual(['id,born', '1,2001-02-03']);

  changeSource("UPDATE notes SET born = '1999-12-31' WHERE id = 2");
  const [replayed] = await replayQuarantined(project, 'Ada', []);
  expect(replayed?.counts).toMatchObject({ rowsWritten: 1, rowsQuarantined: 0 });
  expect(written()).toEqual(['id,born', '1,2001-02-03', '2,1999-12-31']);
  expect(await signResult(project, owner)).toMatchObject({ differences: 0, quarantined: 0 });

  expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', rowsRemoved: 2, left: [] });
}, 60_000);

const written = (): readonly string[] =>
  readFileSync(join(folder, 'new/notes.csv'), 'utf8').trimEnd().split('\n');

function changeSource(sql: string): void {
  const database = new DatabaseSync(join(folder, 'old.sqlite'));
  database.exec(sql);
  database.close();
}
