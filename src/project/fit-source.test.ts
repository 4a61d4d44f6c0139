import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPeople, openAgreed, ownerKey } from '../../tests/docs/agreed-project.ts';
import { checkMap } from './check-map.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { rehearse } from './rehearse.ts';
import { decidableFindings, signerOf, signFinding } from './sign-decisions.ts';

/** Links that a second pass sets: within one relation, and around a cycle of two. All that cannot be set is known beforehand. */
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-fit-'));
  on(
    'old',
    `CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT, lead INTEGER);
     CREATE TABLE person (id INTEGER PRIMARY KEY, mail TEXT, team INTEGER, boss INTEGER, mentor INTEGER);
     INSERT INTO team VALUES (1, 'red', 2), (2, 'blue', 9), (3, NULL, 1), (4, 'grey', 5);
     INSERT INTO person VALUES (1, 'a@x', 1, 2, 2), (2, 'b@x', 1, 77, 4), (3, NULL, 2, 1, 1), (4, 'd@x', 3, 3, 3),
       (5, 'a@x', 2, NULL, NULL), (6, 'f@x', 2, 5, NULL), (7, 'g@x', 1, 1, 1)`,
  );
  on(
    'new',
    `CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL, lead INTEGER REFERENCES person);
     CREATE TABLE person (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, team INTEGER NOT NULL REFERENCES team,
       boss INTEGER REFERENCES person, mentor INTEGER REFERENCES person)`,
  );
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  map('team', "lead: lookup('person', lead)", 'name: name');
  map(
    'person',
    'mail: mail',
    "team: lookup('team', team)",
    "boss: lookup('person', boss)",
    "mentor: lookup_or_null('person', mentor)",
  );
  addPeople(folder);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/*
 * Cannot go: team 3 (no name), persons 3 (no mail), 4 (team 3) and 5 (mail of 1). So these links lead nowhere: the leads of
 * teams 2 (nobody) and 4 (person 5); the bosses of 2 (nobody) and 6 (person 5); the mentor of 2 (person 4) is let go.
 */
const expected = [
  ['fit.orphan', 'team', 'lead', '2'],
  ['fit.required-null', 'team', 'name', '1'],
  ['fit.required-null', 'person', 'mail', '1'],
  ['fit.orphan', 'person', 'team', '1'],
  ['fit.orphan', 'person', 'boss', '2'],
  ['fit.duplicate-key', 'person', 'mail', '1'],
  ['fit.link-lost', 'person', 'mentor', '1'],
];

test('links inside a cycle and within a relation are counted like all others', async () => {
  await using project = await openAgreed(folder);
  const { findings } = await checkMap(project, { showValues: false, onProgress: () => undefined });
  expect(findings.map(({ code, where, records }) => [code, where.object, where.field, records])).toEqual(
    expected,
  );
});

test('a rehearsal quarantines exactly what was counted', async () => {
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined).catch(() => undefined);
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'they wait', validDays: 1 });
  await planRun(project, () => undefined);
  const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
  const { run, unforeseen } = await rehearse(project, { volume: { kind: 'full' }, watcher });
  expect(unforeseen).toEqual([]);
  const counts = run.steps.flatMap(({ step, rowsQuarantined }) =>
    /copy|link/.test(step) ? [[step.slice(3), rowsQuarantined]] : [],
  );
  expect(Object.fromEntries(counts)).toEqual({
    'copy-team': 1,
    'copy-person': 3,
    'link-team': 2,
    'link-person': 2,
  });
});

test('records appended to what is there are counted where they would repeat its keys', async () => {
  on(
    'new',
    "INSERT INTO team VALUES (90, 'old team', NULL); INSERT INTO person VALUES (91, 'g@x', 90, NULL, NULL), (7, 'h@x', 90, NULL, NULL)",
  );
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nmode: append\nkey: id\nfields:\n  id: id + 1\n  mail: mail\n  team: coalesce(nullif(team, team), 90)\n  boss: nullif(boss, boss)\n  mentor: nullif(mentor, mentor)\n',
  );
  writeFileSync(
    join(folder, 'mapping/team.yaml'),
    'source: team\ntarget: team\nmode: append\nkey: id\nfields:\n  id: id\n  name: name\n  lead: nullif(lead, lead)\n',
  );
  await using project = await openAgreed(folder);
  const { findings } = await checkMap(project, { showValues: false, onProgress: () => undefined });
  const repeated = findings.filter(({ code }) => code === 'fit.duplicate-key');
  // Person 6 becomes 7, which is there; the mail of 7 is there, and that of 5 is the mail of 1.
  expect(repeated.map(({ where, records }) => [where.object, where.field, records])).toEqual([
    ['person', 'id', '1'],
    ['person', 'mail', '2'],
  ]);
});

test('what stands in a field that the mapping does not read keeps no record back', async () => {
  on('old', "ALTER TABLE person ADD COLUMN weight INTEGER; UPDATE person SET weight = 'heavy'");
  appendFileSync(join(folder, 'mapping/person.yaml'), 'left_behind:\n  weight: nobody asks for it\n');
  await using project = await openAgreed(folder);
  const { findings } = await checkMap(project, { showValues: false, onProgress: () => undefined });
  const fits = findings.filter(({ code }) => code.startsWith('fit.'));
  expect(fits.map(({ code, where, records }) => [code, where.object, where.field, records])).toEqual(
    expected,
  );
});

function map(name: string, ...fields: string[]): void {
  const lines = ['id: id', ...fields].map((field) => `  ${field}\n`).join('');
  writeFileSync(
    join(folder, `mapping/${name}.yaml`),
    `source: ${name}\ntarget: ${name}\nkey: id\nfields:\n${lines}`,
  );
}

function on(name: string, sql: string): void {
  using database = new DatabaseSync(join(folder, `${name}.sqlite`));
  database.exec('PRAGMA foreign_keys = off');
  database.exec(sql);
}
