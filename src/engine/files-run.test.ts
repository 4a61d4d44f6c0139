import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenSystem } from '../connectors/index.ts';
import { filesConnector } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import { findRelation, type Relation, type RunbookStep, Warrant } from '../model/index.ts';
import {
  type EntrySummary,
  executeStep,
  finishRun,
  type Journal,
  lockProject,
  type ObjectPlan,
  openSession,
  openSqliteJournal,
  type ProjectLock,
  reconcile,
  replayStep,
  type Session,
  undoRun,
} from './index.ts';

/** From a CSV file with records nobody can read to a JSON Lines file: the run goes on, the truth stays known. */

const seal = sealFromKey(new Uint8Array(32).fill(6));
let folder: string;
let journal: Journal;
let warrant: Warrant;
let lock: ProjectLock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'godwit-files-'));
  await mkdir(join(folder, 'source'));
  await mkdir(join(folder, 'target'));
  await writeSource((line) => (line === 52 ? '51,too,many,fields' : `${line - 1},name ${line - 1}`));
  lock = lockProject({ path: join(folder, 'lock.sqlite'), purpose: 'a test', clock: systemClock });
  journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), seal, clock: systemClock });
  await using target = await open('target');
  warrant = Warrant.issue({
    runbookId: 'sha256:files',
    world: 'live',
    target: await target.fingerprint(),
    steps: ['01-create', '02-copy'],
    expiresAt: '2100-01-01T00:00:00.000Z',
    approvals: [],
  });
});
afterEach(async () => {
  await journal[Symbol.asyncDispose]();
  lock[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

async function writeSource(record: (line: number) => string): Promise<void> {
  const lines = Array.from({ length: 120 }, (_nothing, at) => record(at + 2));
  await writeFile(join(folder, 'source', 'people.csv'), ['id,name', ...lines, ''].join('\n'));
}

async function open(role: 'source' | 'target'): Promise<OpenSystem> {
  const kind = role === 'source' ? 'csv' : 'jsonl';
  const context = {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal,
    signal: new AbortController().signal,
  };
  return filesConnector(kind).open(
    { folder: join(folder, role), format: kind, options: {} },
    { ...context, name: role, role },
  );
}

async function session(run = 'run-1'): Promise<Session> {
  return openSession({
    run,
    runbookId: 'sha256:files',
    journal,
    lock,
    systems: { source: async () => open('source'), target: async () => open('target') },
    warrant,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    signal: new AbortController().signal,
    record: async () => undefined,
    judge: () => 'go',
    onProgress: () => undefined,
    mask: (text) => text,
    limits: { rowsPerSlice: 25, batchRowsMax: 10 },
  });
}

const step = (id: string, action: RunbookStep['action']): RunbookStep => ({
  id,
  title: id,
  action,
  shows: [],
  check: '',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: '',
  rehearsedMs: null,
});
const copyStep = step('02-copy', { kind: 'copy', object: 'person', deferred: [] });

async function createStep(): Promise<RunbookStep> {
  await using source = await open('source');
  await using target = await open('target');
  const statements = target.creates?.statements(await source.inspects.inspect(), ['people']) ?? [];
  return step('01-create', { kind: 'create-relations', relations: ['people'], statements });
}

async function plans(): Promise<ReadonlyMap<string, ObjectPlan>> {
  await using source = await open('source');
  await using target = await open('target');
  const relationOf = async (system: OpenSystem): Promise<Relation> =>
    findRelation(await system.inspects.inspect(), 'people') as Relation;
  const [from, to] = [await relationOf(source), await relationOf(target)];
  const places = ['id', 'name'].map((name) => from.fields.findIndex((field) => field.name === name));
  const transform: Transform = {
    object: 'person',
    targetFields: ['id', 'name'],
    lookups: [],
    apply: (row) => ({ kind: 'records', rows: [places.map((place) => row[place] ?? null)] }),
  };
  const plan = {
    object: 'person',
    source: from,
    target: to,
    mode: 'append',
    key: ['id'],
    captureIds: false,
  } as const;
  return new Map([['person', { ...plan, copyTransform: () => transform, linkTransform: () => transform }]]);
}

async function written(): Promise<string[]> {
  const text = await readFile(join(folder, 'target', 'people.jsonl'), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

async function runAll(work: Session): Promise<void> {
  await executeStep(work, await createStep(), new Map());
  const report = await executeStep(work, copyStep, await plans());
  expect(report.counts).toEqual({ rowsRead: 120, rowsWritten: 119, rowsQuarantined: 1, rowsPurged: 0 });
  await finishRun(work, copyStep.id);
}

async function entries(): Promise<EntrySummary[]> {
  const found: EntrySummary[] = [];
  for await (const entry of journal.entries({})) found.push(entry);
  return found;
}

test('a record that cannot be read is kept as it is, with its place, and the others go', async () => {
  await using work = await session();
  await runAll(work);
  expect(await written()).toHaveLength(119);
  const [only, ...others] = await entries();
  expect(others).toEqual([]);
  const { entry } = (await journal.entry(only!.id))!;
  expect(entry.where).toContain('line 52');
  expect(entry.original.kind === 'bytes' && new TextDecoder().decode(entry.original.bytes)).toMatch(
    /^51,too,many,fields/,
  );
  await using target = await open('target');
  expect(await reconcile({ run: 'run-1', journal, target })).toMatchObject([
    { rowsSource: '120', unexplained: '0' },
  ]);
});

test('relations are created once, and never over what somebody else made', async () => {
  await using work = await session();
  const create = await createStep();
  expect((await executeStep(work, create, new Map())).notes).toEqual(['people created']);
  expect((await executeStep(work, create, new Map())).notes).toEqual(['people is there']);
  await using other = await session('run-2');
  await expect(executeStep(other, create, new Map())).rejects.toMatchObject({
    code: 'engine.relations-exist',
  });
});

test('a replay of a record that is still broken keeps it, and takes it once it is mended', async () => {
  await using work = await session();
  await runAll(work);
  const plan = (await plans()).get('person')!;
  const report = await replayStep(work, { step: copyStep, plan, entries: 'all' });
  expect(report).toMatchObject({ unrepeatable: [], counts: { rowsRead: 1, rowsQuarantined: 1 } });
  expect((await entries()).map(({ state }) => state)).toEqual(['superseded', 'open']);
  await writeSource((line) => `${line - 1},name ${line - 1}`);
  await using mended = await session();
  const again = await replayStep(mended, { step: copyStep, plan, entries: 'all' });
  expect(again.counts).toMatchObject({ rowsRead: 1, rowsWritten: 1 });
  await finishRun(mended, copyStep.id);
  expect(await written()).toHaveLength(120);
  expect((await written()).at(-1)).toContain('name 51');
  expect((await entries()).map(({ state }) => state)).toEqual(['superseded', 'replayed']);
});

test('undo leaves the target as it was', async () => {
  await using work = await session();
  await runAll(work);
  expect(await undoRun(work, await plans())).toMatchObject({ outcome: 'undone', rowsRemoved: 119 });
  expect(await written()).toEqual([]);
});

const created = [{ step: '01-create', relations: ['people'] }];

test('undo takes away what the run created, unless others have put records into it', async () => {
  await using work = await session();
  await runAll(work);
  const path = join(folder, 'target', 'people.jsonl');
  await appendFile(path, '{"id":"9999","name":"somebody else"}\n');
  const first = await undoRun(work, await plans(), created);
  expect(first).toMatchObject({ outcome: 'left-some', rowsRemoved: 119 });
  expect(first.left).toEqual([
    {
      step: '01-create',
      relation: 'people',
      key: '',
      reason: expect.stringContaining('of others') as unknown,
    },
  ]);
  await writeFile(path, '');
  await using again = await session();
  expect(await undoRun(again, await plans(), created)).toMatchObject({ outcome: 'undone', left: [] });
  expect((await readdir(join(folder, 'target'))).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
});

test('undo leaves alone what stood in the way when the run wanted to create it', async () => {
  await writeFile(join(folder, 'target', 'people.jsonl'), '');
  await using work = await session();
  for (const time of ['first', 'second']) {
    await expect(executeStep(work, await createStep(), new Map()), time).rejects.toMatchObject({
      code: 'engine.relations-exist',
    });
  }
  expect(await undoRun(work, new Map(), created)).toMatchObject({ outcome: 'undone' });
  expect(await readdir(join(folder, 'target'))).toContain('people.jsonl');
});
