import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed } from '../../tests/docs/agreed-project.ts';
import { envelopeId, parseEnvelope } from '../ledger/index.ts';
import { assessRisk } from './assess-risk.ts';
import { drillRestore } from './drill-restore.ts';
import { initProject } from './init-project.ts';
import { noteBackup } from './note-backup.ts';
import { planRun } from './plan-run.ts';
import { profileSource } from './profile-source.ts';
import type { Project } from './project.ts';
import { rehearse } from './rehearse.ts';

/** A plan names what it rests on, so that another profile, drill or rule is another runbook. */
const nobody = (): void => undefined;
let folder: string;
let project: Project;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-evidence-'));
  for (const name of ['old', 'new']) {
    using database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)');
    if (name === 'old') database.exec("INSERT INTO person VALUES (1, 'a')");
  }
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nkey: id\nfields:\n  id: id\n  name: trim(name)\n',
  );
  addPeople(folder);
  const path = join(folder, 'godwit.yaml');
  const drills =
    'drills:\n  restore: { backup: new.backup, scratch: { kind: sqlite, path: scratch.sqlite } }\n';
  writeFileSync(path, readFileSync(path, 'utf8') + drills);
  project = await openAgreed(folder);
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const digests = async (): Promise<ReadonlyMap<string, string>> =>
  new Map((await planRun(project, nobody)).runbook.evidence.map(({ name, digest }) => [name, digest]));

/** What `sha256sum` says of a file. */
const fileSum = (name: string): string =>
  `sha256:${createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex')}`;

/** The id of what is signed in the one evidence file of a kind. */
function signedIn(kind: string): string {
  const names = readdirSync(join(folder, 'evidence')).filter((one) => one.startsWith(kind));
  expect(names).toHaveLength(1);
  return envelopeId(parseEnvelope(readFileSync(join(folder, 'evidence', names[0] ?? ''), 'utf8')));
}

test('profile, risk, rehearsal and both drills, as far as they are there', { timeout: 60_000 }, async () => {
  expect([...(await digests()).keys()]).toEqual(['schema.source', 'schema.target', 'findings']);
  await profileSource(project, { showValues: false, onProgress: nobody });
  await assessRisk(project);
  await noteBackup(project, nobody);
  await drillRestore(project, { keep: false, onProgress: nobody });
  await planRun(project, nobody);
  await rehearse(project, { volume: { kind: 'full' }, watcher: { onStep: nobody, onProgress: nobody } });
  const found = await digests();
  expect(Object.fromEntries([...found].slice(3))).toEqual({
    'facts/profile.source.yaml': fileSum('facts/profile.source.yaml'),
    'facts/assessment.yaml': fileSum('facts/assessment.yaml'),
    rehearsal: signedIn('rehearsal'),
    'rollback-drill': signedIn('rehearsal'),
    'restore-drill': signedIn('restore-drill'),
  });
});

test('nobody approves a runbook whose text is not the rule that runs', { timeout: 60_000 }, async () => {
  await planRun(project, nobody);
  const planned = readFileSync(project.folder.runbook, 'utf8');
  expect(planned).toContain('"from":"trim(name)"');
  writeFileSync(project.folder.runbook, planned.replace('"from":"trim(name)"', '"from":"upper(name)"'));
  await expect(agreedRunbook(project)).rejects.toMatchObject({
    code: 'runbook.not-planned',
    detail: expect.stringContaining('the rules of person are not those that sha256:') as string,
  });
  writeFileSync(project.folder.runbook, planned);
  await agreedRunbook(project);
});
