import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPeople, openAgreed } from '../../tests/docs/agreed-project.ts';
import { initProject } from './init-project.ts';
import { planRun } from './plan-run.ts';
import { type RehearsalReport, rehearse } from './rehearse.ts';

/** A way back that has to restore what the run changed is walked over the records that are there. */
const watcher = { onStep: (): void => undefined, onProgress: (): void => undefined };
const recordsHere = 60;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-restored-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** 60 persons in the target, of which 40 are changed and to which 40 are added. */
async function rehearsed(
  volume: Parameters<typeof rehearse>[1]['volume'],
  more = '',
): Promise<RehearsalReport> {
  for (const [name, from] of [
    ['old', 20],
    ['new', 0],
  ] as const) {
    using database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec(
      name === 'old'
        ? 'CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)'
        : `CREATE TABLE place (id INTEGER PRIMARY KEY, visits INTEGER NOT NULL); INSERT INTO place VALUES (1, 0);
           CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, place INTEGER DEFAULT 1 REFERENCES place)`,
    );
    const insert = database.prepare('INSERT INTO person (id, name) VALUES (?, ?)');
    const count = name === 'old' ? 80 : recordsHere;
    for (let id = from + 1; id <= from + count; id += 1) insert.run(id, `${name} ${id}`);
    if (name === 'new') database.exec(more);
  }
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  writeFileSync(
    join(folder, 'mapping/person.yaml'),
    'source: person\ntarget: person\nmode: upsert\nkey: id\nfields:\n  id: id\n  name: name\n',
  );
  addPeople(folder);
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined);
  return await rehearse(project, { volume, watcher });
}

test.each([{ kind: 'full' }, { kind: 'sample', share: 0.5 }] as const)(
  'a rehearsal ($kind) changes records that are there, and each is what it was after the way back',
  async (volume) => {
    const report = await rehearsed(volume);
    expect(report.rollback?.outcome).toBe('undone');
    expect(report.rollback?.rowsRestored).toBeGreaterThan(0);
    expect(report.wayBack).toEqual({
      clean: true,
      relations: [
        { relation: 'person', before: '60', now: '60', sameRecords: true },
        { relation: 'place', before: '1', now: '1', sameRecords: true },
      ],
      structure: [],
    });
  },
);

test('what a trigger changed stays changed after the way back: as many records, and not the same', async () => {
  const report = await rehearsed(
    { kind: 'full' },
    `CREATE TRIGGER visited AFTER UPDATE ON person BEGIN UPDATE place SET visits = visits + 1 WHERE id = new.place; END`,
  );
  expect(report.wayBack).toMatchObject({
    clean: false,
    relations: [
      { relation: 'person', sameRecords: true },
      { relation: 'place', before: '1', now: '1', sameRecords: false },
    ],
    structure: [],
  });
  using live = new DatabaseSync(join(folder, 'new.sqlite'), { readOnly: true });
  expect(live.prepare('SELECT sum(visits) AS n FROM place').get()).toEqual({ n: 0 });
});
