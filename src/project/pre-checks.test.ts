import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addPeople,
  agreedRunbook,
  openAgreed,
  ownerKey,
  passphrase,
} from '../../tests/docs/agreed-project.ts';
import { type Clock, systemClock } from '../host/index.ts';
import { type Attestation, canonicalJson, signDecision } from '../ledger/index.ts';
import type { Role } from '../model/index.ts';
import { drillMonitoring } from './drill-monitoring.ts';
import { drillRestore } from './drill-restore.ts';
import { importDecision } from './import-decision.ts';
import { initProject } from './init-project.ts';
import { isHere } from './is-here.ts';
import { loadMapping } from './load-mapping.ts';
import { openKey } from './make-key.ts';
import { noteBackup } from './note-backup.ts';
import { planRun } from './plan-run.ts';
import { environmentOf, preChecks } from './pre-checks.ts';
import { openProject, type Project } from './project.ts';
import { rehearse } from './rehearse.ts';
import { runMigration } from './run-migration.ts';
import type { Settings } from './settings.ts';
import { signContinue } from './sign-continue.ts';
import { signerOf } from './sign-decisions.ts';
import { signCheck, signSteps } from './sign-pre-checks.ts';
import { frameOf } from './statement.ts';
import { statusOf } from './status.ts';
import { writeReport } from './write-report.ts';

/** Production: nothing is written before five things are there, and each that lacks is named with its command. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
const nobody = (): void => undefined;
let folder: string;
let monitor: Server;
let answers = 'all is well';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-production-'));
  for (const name of ['old', 'new']) {
    using database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)');
    database.exec(`INSERT INTO person VALUES (1, 'a of ${name}')`);
  }
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nmode: upsert\nowner: Ben\nkey: id\nfields:\n  id: id\n  name: name\n',
  );
  addPeople(folder);
  monitor = createServer((_request, response) => void response.end(answers));
  await new Promise<void>((resolve) => monitor.listen(0, '127.0.0.1', resolve));
  const { port } = monitor.address() as AddressInfo;
  const path = join(folder, 'godwit.yaml');
  const settings = readFileSync(path, 'utf8').replace(/^environment: .*$/m, '');
  writeFileSync(
    path,
    `${settings}environment: production
responsibility: { accountable: Ben, responsible: [Ada], consulted: [Sales], informed: [Support, Press] }
drills:
  monitoring: { url: 'http://127.0.0.1:${port}/health?token=secret', expect: well }
  restore:
    backup: new.backup
    scratch: { kind: sqlite, path: scratch.sqlite }
    app_reads: [{ name: people, query: select count(*) from person, expect: 1 }]
`,
  );
});

afterAll(async () => {
  await new Promise((resolve) => monitor.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Check -> whether its evidence is there. */
function held(project: Project, runbook: Parameters<typeof preChecks>[1]): Record<string, boolean> {
  return Object.fromEntries(preChecks(project, runbook).map((one) => [one.check, one.held]));
}

const none = { restore: false, rehearsal: false, owners: false, monitoring: false, support: false };
const all = { restore: true, rehearsal: true, owners: true, monitoring: true, support: true };

test('a run is refused until all five are there, and once one is too old', { timeout: 120_000 }, async () => {
  await using project = await openAgreed(folder);
  const first = await planRun(project, nobody);
  expect(first.runbook.steps.slice(0, 6).map(({ id }) => id)).toEqual([
    '01-before-restore',
    '02-before-rehearsal',
    '03-before-owners',
    '04-before-monitoring',
    '05-before-support',
    '06-check-target',
  ]);
  expect(held(project, first.runbook)).toEqual(none);
  await agreedRunbook(project);
  const refused = await runMigration(project, 'Ada', watcher).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'runbook.pre-check-missing' });
  const { detail = '' } = refused as { detail?: string };
  for (const verb of [
    'godwit drill restore',
    'godwit rehearse --full',
    'Ben has not approved 07-copy-person; `godwit approve step --all',
    'godwit drill monitoring',
    'godwit approve check support',
  ])
    expect(detail).toContain(verb);
  expect(written()).toBe('a of new');

  const { wayBack } = await rehearse(project, { volume: { kind: 'full' }, watcher });
  expect(wayBack).toEqual({
    clean: true,
    relations: [{ relation: 'person', before: '1', now: '1', sameRecords: true }],
    structure: [],
  });
  await noteBackup(project, nobody);
  await drillRestore(project, { keep: false, onProgress: nobody });
  // The drill came after the plan: its time has to be approved as well.
  expect(held(project, first.runbook)).toEqual({ ...none, rehearsal: true });
  const otherMapping = { ...first.runbook, mappingDigest: `sha256:${'0'.repeat(64)}` };
  expect(held(project, otherMapping)).toEqual(none);
  const { runbook } = await planRun(project, nobody);
  await agreedRunbook(project);
  expect(held(project, runbook)).toEqual({ ...none, restore: true, rehearsal: true });

  answers = 'who knows';
  expect(await drillMonitoring(project)).toMatchObject({ passed: false });
  answers = 'all is well';
  const probed = await drillMonitoring(project);
  expect(probed).toMatchObject({ passed: true });
  expect(JSON.stringify(probed)).not.toContain('secret');
  const ben = signerOf(project, ownerKey(folder));
  const ada = signerOf(project, openKey(join(folder, 'ada.key'), passphrase));
  await expect(signSteps(project, ada, { steps: 'all', reason: null })).rejects.toMatchObject({
    code: 'approval.role-missing',
  });
  await expect(signSteps(project, ben, { steps: ['06-check-target'], reason: null })).rejects.toMatchObject({
    code: 'approval.unknown-step',
  });
  await signSteps(project, ben, { steps: 'all', reason: null });
  expect(held(project, runbook)).toEqual({ ...all, support: false });
  const brief = join(folder, 'brief.txt');
  writeFileSync(brief, 'names are written as before');
  const support = { check: 'support', reference: 'ticket 7', validDays: 30 } as const;
  await expect(signCheck(project, ben, { ...support, file: null })).rejects.toMatchObject({
    code: 'approval.brief-missing',
  });
  await signCheck(project, ben, { ...support, file: brief });
  expect(held(project, runbook)).toEqual(all);

  await expectTooOld(25, { ...all, monitoring: false });
  await expectTooOld(31 * 24, none);
  const status = await statusOf(project);
  expect(status.preChecks.every((one) => one.held)).toBe(true);
  expect(status.next).toContain('06-check-target');
  expect(status.next).not.toContain('holds');
  // It changes a record that is there: a person looks first.
  const stopped = await runMigration(project, 'Ada', watcher);
  expect(stopped.steps.at(-1)).toMatchObject({ step: '07-copy-person', outcome: 'paused' });
  expect(written()).toBe('a of new');
  expect((await statusOf(project)).next).toContain('`godwit approve continue --key <file> --reason <why>`');
  await signContinue(project, ben, 'one record, and it is the right one');
  const report = await runMigration(project, 'Ada', watcher);
  expect(report.outcome).toBe('done');
  expect(written()).toBe('a of old');
  const { file, sections } = await writeReport(project);
  expect(sections).toContain('restore-drill');
  const page = readFileSync(file, 'utf8');
  expect(page).toContain('ticket 7');
  // The mapping book by itself says who answers, also for who reads nothing else.
  const book = page.split('<article ').find((chapter) => chapter.startsWith('id="mapping-book"')) ?? '';
  for (const [part, people] of [
    ['accountable', 'Ben'],
    ['responsible', 'Ada'],
    ['consulted', 'Sales'],
    ['informed', 'Support, Press'],
  ])
    expect(book).toContain(`<dt>${part}</dt><dd>${people}</dd>`);
});

/** The same folder, so many hours later; what people signed holds as long as they said. */
async function expectTooOld(hours: number, expected: Record<string, boolean>): Promise<void> {
  const now = (): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  const clock: Clock = { ...systemClock, now };
  const environment = { secret: () => passphrase, text: () => null };
  await using project = await openProject(folder, { environment, clock });
  const { runbook } = await statusOf(project);
  if (!runbook) throw new Error('there is no runbook');
  expect(held(project, runbook)).toEqual(expected);
}

function written(): unknown {
  using database = new DatabaseSync(join(folder, 'new.sqlite'));
  return database.prepare('SELECT name FROM person').get()?.['name'];
}

test('what was signed elsewhere in a role that may not is not taken in', { timeout: 120_000 }, async () => {
  await using project = await openAgreed(folder);
  const ben = openKey(join(folder, 'ben.key'), passphrase);
  const file = join(folder, 'signed-elsewhere.json');
  const carried = (role: Role): void => {
    const body: Attestation = {
      ...frameOf(project.settings.project, systemClock, project.random),
      check: 'monitoring',
      mapping: loadMapping(project).digest,
      reference: 'the wall',
      file: null,
      attestedBy: 'Ben',
      role,
      expiresAt: '9999-01-01T00:00:00.000Z',
    };
    writeFileSync(file, canonicalJson(signDecision('attestation', body, [ben])));
  };
  carried('approver');
  await expect(importDecision(project, file)).rejects.toMatchObject({
    code: 'approval.not-a-decision',
    detail: expect.stringContaining('Ben signed it as approver; needed is operator or owner'),
  });
  carried('owner');
  expect(await importDecision(project, file)).toMatchObject([{ kind: 'attestation', person: 'Ben' }]);
});

test('a target elsewhere is production, one on this machine is not, and what is said holds', async () => {
  await using project = await openProject(folder, {});
  const { settings } = project;
  expect(environmentOf(settings)).toBe('production');
  expect(environmentOf({ ...settings, environment: null })).toBe('practice');
  const account = (api: string): Settings => {
    const sign_in = { by: 'access-token', token_env: 'TOKEN' } as const;
    const given = { kind: 'hubspot', api, sign_in, objects: null, archived: 'leave' } as const;
    const target = { ...given, calls_percent: 100, tls: 'verify', clock: 'machine' } as const;
    return { ...settings, environment: null, systems: { ...settings.systems, target } };
  };
  expect(environmentOf(account('https://api.hubapi.com'))).toBe('production');
  expect(environmentOf(account('http://127.0.0.1:7071'))).toBe('practice');
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1', '/run/postgresql'].map(isHere)).not.toContain(false);
  expect(['db.internal', '10.0.0.7', 'localhost.evil.example', '::2', '128.0.0.1'].map(isHere)).not.toContain(
    true,
  );
});
