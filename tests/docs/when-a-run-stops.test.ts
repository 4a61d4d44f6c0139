import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { initProject, planRun, statusOf } from '../../src/index.ts';
import { cellText } from '../../src/reports/document.ts';
import { statusSection } from '../../src/reports/index.ts';
import { addPeople, agreedRunbook, openAgreed, passphrase } from './agreed-project.ts';

/** What docs/guides/when-a-run-stops.md promises, kept by the real command line: kill it, stop it, type the same again. */
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const records = 12_000;
const rowsPerSlice = 30;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-stops-'));
  makeSystems();
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  const settings = join(folder, 'godwit.yaml');
  const text = readFileSync(settings, 'utf8');
  writeFileSync(settings, text.replace('rows_per_slice: 5000', `rows_per_slice: ${rowsPerSlice}`));
  addPeople(folder);
  await using project = await openAgreed(folder);
  await planRun(project, () => undefined);
  await agreedRunbook(project);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('killed, stopped and begun again with the same command: nothing lost, nothing doubled', async () => {
  const killed = await runUntil(20, 'SIGKILL');
  expect(killed).toMatchObject({ signal: 'SIGKILL' });
  const afterKill = slicesThere();
  expect(afterKill).toBeGreaterThanOrEqual(20);
  expect(afterKill).toBeLessThan(records / rowsPerSlice);

  expect(await unknownSteps()).toEqual(['02-copy-notes']);

  const stopped = await runUntil(afterKill + 20, 'SIGINT');
  expect(stopped).toMatchObject({ code: 130, signal: null });
  expect(stopped.stderr).toContain('stopping at the next safe place');
  expect(slicesThere()).toBeLessThan(records / rowsPerSlice);
  expect(ask('new', 'SELECT count(*) FROM notes')).toEqual([[slicesThere() * rowsPerSlice]]);

  const ended = await runUntil(Number.POSITIVE_INFINITY, 'SIGKILL');
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(ended.stdout).toContain('source and target agree');
  expect(toldUnknown()).toEqual(['02-copy-notes']);
  expect(slicesThere()).toBe(records / rowsPerSlice);
  expect(ask('new', 'SELECT * FROM notes ORDER BY id')).toEqual(
    ask('old', 'SELECT * FROM notes ORDER BY id'),
  );
}, 240_000);

/** Steps of which the screen says that it is not known what became of them. */
async function unknownSteps(): Promise<readonly string[]> {
  await using project = await openAgreed(folder);
  const status = await statusOf(project);
  const { blocks } = statusSection(status);
  const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));
  const cutOff = rows.flatMap(([step, state]) =>
    state === 'unknown: cut off' && step !== undefined ? [cellText(step)] : [],
  );
  // By the ledger too, which knows what began and says which entry tells so.
  expect(status.unknown.map(({ step }) => step)).toEqual(cutOff);
  return cutOff;
}

/** Steps of which the ledger says that a process began them and did not live to say how they ended. */
function toldUnknown(): readonly string[] {
  const lines = readFileSync(join(folder, '.godwit/ledger/entries.jsonl'), 'utf8').trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { type: string; body?: { step: string } });
  return entries.flatMap(({ type, body }) => (type === 'step-outcome-unknown' && body ? [body.step] : []));
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `godwit run` and sends the signal once the target holds so many slices. */
async function runUntil(slices: number, signal: NodeJS.Signals): Promise<Ended> {
  const child = spawn(process.execPath, [main, 'run', '--project', folder], {
    env: { ...process.env, GODWIT_PASSPHRASE: passphrase.reveal() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  while (child.exitCode === null && child.signalCode === null && slicesThere() < slices) await pause(5);
  if (slices !== Number.POSITIVE_INFINITY) child.kill(signal);
  const [code, ended] = await closed;
  return { code, signal: ended, ...texts };
}

/** Asked of the target itself; none before its first slice. */
function slicesThere(): number {
  const [row] = ask('new', "SELECT count(*) FROM sqlite_schema WHERE name = '_godwit_slices'");
  if (row?.[0] === 0) return 0;
  return Number(ask('new', 'SELECT count(*) FROM _godwit_slices')[0]?.[0]);
}

function ask(name: 'old' | 'new', sql: string): readonly (readonly unknown[])[] {
  const database = new DatabaseSync(join(folder, `${name}.sqlite`), { timeout: 10_000 });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));
  } finally {
    database.close();
  }
}

function makeSystems(): void {
  for (const name of ['old', 'new']) {
    const database = new DatabaseSync(join(folder, `${name}.sqlite`));
    database.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)');
    if (name === 'old')
      database.exec(
        `WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${records}) INSERT INTO notes SELECT id, 'note ' || id FROM n`,
      );
    database.close();
  }
}
