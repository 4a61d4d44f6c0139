import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPeople, agreedRunbook, openAgreed, ownerKey } from '../../tests/docs/agreed-project.ts';
import type { IdAnswer } from '../reports/index.ts';
import { findNewId } from './find-new-id.ts';
import { findOldKey } from './find-old-key.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import type { Project } from './project.ts';
import { listQuarantine } from './quarantine.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import { decidableFindings, signerOf, signFinding } from './sign-decisions.ts';

/** Companies and people get their ids from the target; labels and words keep the key that the mapping gives. */
const mapping = {
  company: `source: company
target: firm
key: id
purge:
  - when: name = 'gone'
    reason: closed long ago
fields:
  name: name
  since: to_date(since, 'YYYY-MM-DD')
left_behind:
  id: the target counts anew
`,
  person: `source: person
target: human
key: id
fields:
  name: name
  firm: lookup('company', company)
left_behind:
  country: the target counts anew
  nr: the target counts anew
`,
  label: `source: label
target: tag
key: code
fields:
  code: code
  text: text
`,
  word: `source: word
target: term
key: code
fields:
  code: concat('word ', id)
  ground: lookup('base', id)
`,
  base: `source: base
target: ground
key: code
fields:
  code:
    from: letter
    values: { a: letter a, b: letter b, c: letter c }
  kind: id::text
`,
  thing: `source: thing
target: part
key: code
fields:
  code: concat('p', id)
  was: id::text
`,
};
let folder: string;
let project: Project;
let run = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-id-'));
  on(
    'old',
    `CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT, since TEXT);
     INSERT INTO company VALUES (3, 'a', '2001-02-03'), (5, 'gone', '2001-02-03'), (7, 'b', 'once'), (9, 'c', '1999-12-31');
     CREATE TABLE person (country TEXT NOT NULL, nr INTEGER NOT NULL, name TEXT, company INTEGER, PRIMARY KEY (country, nr));
     INSERT INTO person VALUES ('de', 1, 'ann', 9), ('fr', 1, 'bob', 3), ('fr', 2, 'cleo', 9);
     CREATE TABLE label (code TEXT PRIMARY KEY, text TEXT);
     INSERT INTO label VALUES ('x', 'first'), ('y', 'second'), ('o''z', 'third');
     CREATE TABLE word (id INTEGER PRIMARY KEY); INSERT INTO word VALUES (1), (2);
     CREATE TABLE base (id INTEGER PRIMARY KEY, letter TEXT); INSERT INTO base VALUES (1, 'a'), (2, 'b');
     CREATE TABLE thing (id INTEGER PRIMARY KEY); INSERT INTO thing VALUES (1), (2)`,
  );
  on(
    'new',
    `CREATE TABLE firm (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, since TEXT);
     INSERT INTO firm VALUES (100, 'before', NULL); DELETE FROM firm;
     CREATE TABLE human (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, firm INTEGER REFERENCES firm);
     CREATE TABLE tag (nr INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, text TEXT);
     CREATE TABLE term (nr INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, ground TEXT REFERENCES ground);
     CREATE TABLE part (nr INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, was TEXT);
     CREATE TABLE ground (code TEXT PRIMARY KEY, kind TEXT)`,
  );
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  for (const [name, text] of Object.entries(mapping))
    writeFileSync(join(folder, `mapping/${name}.yaml`), text);
  addPeople(folder);
  project = await openAgreed(folder);
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const of = async (object: string, ...key: string[]): Promise<IdAnswer> =>
  findNewId(project, { object, run: null, key });
const back = async (object: string, ...target: string[]): Promise<IdAnswer> =>
  findOldKey(project, { object, run: null, target });
const pairs = ({ matches }: IdAnswer): unknown[] => matches.map(({ source, target }) => [source, target]);

test('before anything ran nothing has become anything, and every answer says so', async () => {
  await planned();
  expect(await of('company', '3')).toMatchObject({
    state: 'not-moved',
    text: expect.stringContaining('nothing has been run'),
    matches: [],
  });
  expect(await back('company', '101')).toMatchObject({ state: 'not-moved', matches: [] });
  expect(await of('label', 'x')).toMatchObject({ state: 'not-moved', matches: [] });
});

describe('after the run', () => {
  beforeAll(async () => {
    await runMigration(project, 'Ada', { onStep: () => undefined, onProgress: () => undefined });
    run = (await of('company', '3')).matches[0]?.kept?.run ?? '';
  }, 60_000);

  test('an id that the target gave is told with run, step and slice, whichever way it is asked', async () => {
    expect(run).toMatch(/^run_/);
    const found = await of('company', '9');
    expect(found).toMatchObject({ state: 'found', target: { relation: 'firm', fields: ['id'] }, notes: [] });
    expect(found.matches).toEqual([
      { kept: { run, step: '03-copy-company', slice: 0 }, source: ['9'], target: ['102'], own: null },
    ]);
    expect(rows('new', "SELECT id FROM firm WHERE name = 'c'")).toEqual([[102]]);
    expect(pairs(await of('company', '0009'))).toEqual([[['9'], ['102']]]);
    expect(await back('company', '102')).toMatchObject({ state: 'found', matches: found.matches });
    expect(pairs(await of('person', 'fr', '2'))).toEqual([[['fr', '2'], ['3']]]);
    expect(pairs(await back('person', '3'))).toEqual([[['fr', '2'], ['3']]]);
    expect((await findNewId(project, { object: 'company', run, key: ['9'] })).matches).toEqual(found.matches);
  });

  test('what was not moved is said to be in quarantine, left behind, or not there', async () => {
    const [entry] = await listQuarantine(project);
    expect(await of('company', '7')).toMatchObject({
      state: 'quarantined',
      entries: [entry?.id],
      matches: [],
    });
    expect(await of('company', '5')).toMatchObject({
      state: 'purged',
      text: expect.stringContaining('closed long ago'),
      matches: [],
    });
    expect(await of('company', '4')).toMatchObject({ state: 'not-there', matches: [] });
    expect(await back('company', '103')).toMatchObject({ state: 'not-there', matches: [] });
    on('old', "INSERT INTO company VALUES (11, 'late', '2020-01-01')");
    expect(await of('company', '11')).toMatchObject({
      state: 'not-moved',
      text: expect.stringContaining('after the source had been read'),
    });
  });

  test('where the mapping gives the key, the target is asked under it, and why no id was kept is said', async () => {
    const found = await of('label', "o'z");
    const own = rows('new', "SELECT CAST(nr AS TEXT) FROM tag WHERE code = 'o''z'")[0];
    expect(found.matches).toEqual([{ kept: null, source: ["o'z"], target: ["o'z"], own }]);
    expect(found).toMatchObject({ state: 'found', notes: [expect.stringContaining('code: code')] });
    expect(pairs(await back('label', "o'z"))).toEqual([[["o'z"], ["o'z"]]]);
    expect(pairs(await back('label', String(own?.[0])))).toEqual([[["o'z"], ["o'z"]]]);
    on('old', "INSERT INTO label VALUES ('late', 'of later')");
    expect(await of('label', 'late')).toMatchObject({ state: 'not-there', matches: [] });
    on('new', "INSERT INTO tag (code, text) VALUES ('of others', '')");
    expect(await back('label', 'of others')).toMatchObject({ state: 'not-there', matches: [] });
    const computed = await back('word', 'word 2');
    expect(computed).toMatchObject({ state: 'not-kept', matches: [] });
    expect(computed.notes.join(' ')).toContain("code: concat('word ', id)");
    expect(pairs(await of('word', '2'))).toEqual([[['2'], ['word 2']]]);
  });

  test('an old key that the target holds is believed only where the mapping leads back from it', async () => {
    expect(pairs(await back('thing', 'p2'))).toEqual([[['2'], ['p2']]]);
    on('new', "INSERT INTO part (code, was) VALUES ('p9', 2)");
    expect(await back('thing', 'p9')).toMatchObject({ state: 'not-there', matches: [] });
    on('new', "DELETE FROM part WHERE code = 'p9'");
  });

  test('a record of others under the key that the mapping gives is none that was moved, where ids are kept', async () => {
    expect((await of('base', '2')).matches).toMatchObject([{ kept: { run }, target: ['letter b'] }]);
    expect(pairs(await back('base', 'letter b'))).toEqual([[['2'], ['letter b']]]);
    on('old', "INSERT INTO base VALUES (3, 'c')");
    on('new', "INSERT INTO ground VALUES ('letter c', '3')");
    expect(await of('base', '3')).toMatchObject({ state: 'not-moved', matches: [] });
    expect(await back('base', 'letter c')).toMatchObject({ state: 'not-there', matches: [] });
    on('new', "DELETE FROM ground WHERE code = 'letter c'");
  });

  test('of several that fit all are listed and none is chosen', async () => {
    on('new', "INSERT INTO tag (code, text) VALUES ('y', 'a second one')");
    const several = await of('label', 'y');
    expect(several).toMatchObject({ state: 'several' });
    expect(several.matches.map(({ own }) => own)).toEqual(
      rows('new', "SELECT CAST(nr AS TEXT) FROM tag WHERE code = 'y' ORDER BY nr"),
    );
    on('new', "DELETE FROM tag WHERE text = 'a second one'");
  });

  test('what cannot be asked is refused with what can', async () => {
    await expect(of('compny', '3')).rejects.toMatchObject({
      code: 'project.object-unknown',
      nextStep: expect.stringContaining('company'),
    });
    await expect(of('person', 'fr')).rejects.toMatchObject({
      code: 'project.key-unfit',
      nextStep: expect.stringContaining('<country> <nr>'),
    });
    await expect(of('company', 'nine')).rejects.toMatchObject({ code: 'project.key-unfit' });
    await expect(back('company', '1', '2')).rejects.toMatchObject({ code: 'project.key-unfit' });
    const unknown = findNewId(project, { object: 'company', run: 'run_0', key: ['3'] });
    await expect(unknown).rejects.toMatchObject({
      code: 'project.run-unknown',
      detail: expect.stringContaining(run),
    });
  });

  test('of what was taken back nothing is told as if it were there', async () => {
    on('new', "DELETE FROM tag WHERE code = 'of others'");
    expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone' });
    expect(await of('company', '9')).toMatchObject({
      state: 'not-moved',
      text: expect.stringContaining('taken back'),
      matches: [],
    });
    expect(await back('company', '102')).toMatchObject({ state: 'not-moved', matches: [] });
  });
});

async function planned(): Promise<void> {
  await planRun(project, () => undefined).catch(() => undefined);
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'as agreed', validDays: 1 });
  await planRun(project, () => undefined);
  await agreedRunbook(project);
}

function rows(name: string, sql: string): unknown[][] {
  using database = new DatabaseSync(join(folder, `${name}.sqlite`));
  return database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row));
}

function on(name: string, sql: string): void {
  using database = new DatabaseSync(join(folder, `${name}.sqlite`));
  database.exec(sql);
}
