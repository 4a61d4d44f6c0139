import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, openAgreed, passphrase } from '../../tests/docs/agreed-project.ts';
import { type Clock, systemClock } from '../host/index.ts';
import { drillRestore } from './drill-restore.ts';
import { initProject } from './init-project.ts';
import { noteBackup } from './note-backup.ts';
import { planRun } from './plan-run.ts';
import { openProject } from './project.ts';

/** A plan knows how long the last way out takes. */
const hours = 3_600_000;
const nobody = (): void => undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-restore-'));
  for (const name of ['old', 'new']) {
    using database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)');
    if (name === 'old') database.exec("INSERT INTO person VALUES (1, 'a'), (2, 'b')");
  }
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nkey: id\nfields:\n  id: id\n  name: name\n',
  );
  addPeople(folder);
  settle('drills:\n  restore: { backup: new.backup, scratch: { kind: sqlite, path: scratch.sqlite } }\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settle(more: string): void {
  const path = join(folder, 'godwit.yaml');
  writeFileSync(path, readFileSync(path, 'utf8') + more);
}

/** Every look at it finds it so much later: the restoring lies between two looks. */
function leaping(byMs: number): Clock {
  let now = 0;
  return {
    ...systemClock,
    elapsedMs: () => {
      now += byMs;
      return now;
    },
  };
}

async function drilled(clock: Clock): Promise<number> {
  const environment = { secret: () => passphrase, text: () => null };
  await using project = await openProject(folder, { environment, clock });
  await noteBackup(project, nobody);
  return (await drillRestore(project, { keep: false, onProgress: nobody })).durationMs;
}

test('a restore of two hours against an outage of twenty minutes: the plan is refused, and taken when it fits', async () => {
  expect(await drilled(leaping(2 * hours))).toBe(2 * hours);
  const settings = readFileSync(join(folder, 'godwit.yaml'), 'utf8');
  writeFileSync(join(folder, 'godwit.yaml'), settings.replace('allowed_minutes:', 'allowed_minutes: 20'));
  {
    await using project = await openAgreed(folder);
    await expect(planRun(project, nobody)).rejects.toMatchObject({
      code: 'runbook.restore-too-slow',
      title: 'Restoring the backup takes longer than the systems may be closed',
      detail: expect.stringMatching(
        /^restoring the backup took 2 h in the drill of \S+; the allowed outage is 20 min$/,
      ),
    });
  }
  const window = '{ from: 2026-11-20T20:00Z, to: 2026-11-20T20:20Z }';
  writeFileSync(join(folder, 'godwit.yaml'), settings.replace('  window:', `  window: ${window}`));
  {
    await using project = await openAgreed(folder);
    await expect(planRun(project, nobody)).rejects.toMatchObject({
      detail: expect.stringContaining('the window is 20 min'),
    });
  }
  writeFileSync(join(folder, 'godwit.yaml'), settings.replace('allowed_minutes:', 'allowed_minutes: 120'));
  await using project = await openAgreed(folder);
  const { runbook } = await planRun(project, nobody);
  expect(runbook.restore).toMatchObject({ durationMs: 2 * hours, factor: 1 });
}, 60_000);
