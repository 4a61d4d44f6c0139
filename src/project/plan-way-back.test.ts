import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, openAgreed, passphrase } from '../../tests/docs/agreed-project.ts';
import { type Clock, systemClock } from '../host/index.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { openProject } from './project.ts';
import { rehearse } from './rehearse.ts';

/** A plan knows how long taking the run back takes. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
const nobody = (): void => undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-way-back-'));
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
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every look at it finds it a second later. */
function leaping(): Clock {
  let now = 0;
  return {
    ...systemClock,
    elapsedMs: () => {
      now += 1_000;
      return now;
    },
  };
}

test('the rehearsed way back, times its factor, has to fit into the allowed outage', async () => {
  {
    await using project = await openAgreed(folder);
    await planRun(project, nobody);
  }
  {
    const environment = { secret: () => passphrase, text: () => null };
    await using project = await openProject(folder, { environment, clock: leaping() });
    const { rollbackMs, wayBack } = await rehearse(project, { volume: { kind: 'full' }, watcher });
    expect(wayBack?.clean).toBe(true);
    expect(rollbackMs).toBeGreaterThanOrEqual(1_000);
    expect(rollbackMs).toBeLessThan(60_000);
  }
  const path = join(folder, 'godwit.yaml');
  const settings = readFileSync(path, 'utf8').replace('allowed_minutes:', 'allowed_minutes: 1');
  writeFileSync(path, settings);
  {
    await using project = await openAgreed(folder);
    await planRun(project, nobody);
  }
  writeFileSync(path, `${settings}drills:\n  rollback: { time_factor: 100 }\n`);
  await using project = await openAgreed(folder);
  await expect(planRun(project, nobody)).rejects.toMatchObject({
    code: 'runbook.way-back-too-slow',
    title: 'Taking the run back takes longer than the systems may be closed',
    detail: expect.stringMatching(
      /^taking the run back took \S+ s in the rehearsal of \S+, 100 times that is .* min; the allowed outage is 1 min$/,
    ),
  });
}, 120_000);
