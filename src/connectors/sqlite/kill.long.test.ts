import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sealFromKey } from '../../host/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

const script = fileURLToPath(new URL('./write-once.contract.ts', import.meta.url));
/** Records that were there before: the slices change them, so half of a slice would show. */
const seeded = 5_000n;
let plain: PlainSqlite;
afterEach(async () => plain[Symbol.asyncDispose]());

describe.each(['delete', 'wal'] as const)('killed in journal mode %s', (mode) => {
  beforeEach(() => {
    plain = new PlainSqlite(mode);
    plain.run(`CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER);
      INSERT INTO people WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${seeded}) SELECT x, 'before', 0 FROM c`);
  });

  test.each([
    ['while records are being placed', '3 begins', 3],
    ['between the caller’s answer and the commit', '4 before commit', 0],
    ['somewhere in the first slices', '1 in', 8],
  ])('%s: every slice is in whole, once, or not there', async (_title, line, waitMs) => {
    await killAt(line, waitMs);
    const applied = await expectWholeSlices();
    expect(applied).toBeGreaterThan(0);
  });

  test('what was in can be undone afterwards, to the last record', async () => {
    await killAt('7 begins', 2);
    const applied = await expectWholeSlices();
    await using system = await sqlite.open(plain.address, contextOf());
    const relation = await relationIn(system, 'people');
    for (let slice = applied - 1; slice >= 0; slice -= 1)
      expect(
        (await system.undoes?.undoSlice({ run: 'run', step: 'copy', slice, relation }))?.refused,
      ).toEqual([]);
    expect(plain.all('SELECT count(*), min(name), max(name), max(id) FROM people')).toEqual([
      [seeded, 'before', 'before', seeded],
    ]);
    expect(plain.all('SELECT count(*) FROM _godwit_undo')).toEqual([[0n]]);
  });
});

describe.each(['delete', 'wal'] as const)(
  'killed while slices are loaded in bulk, in journal mode %s',
  (mode) => {
    beforeEach(() => {
      plain = new PlainSqlite(mode);
      plain.run('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER)');
    });

    test.each([
      ['while a slice is staged', '3 begins', 3],
      ['between the caller’s answer and the commit', '4 before commit', 0],
      ['somewhere in the first slices', '1 in', 8],
    ])('%s: every slice is in whole, once, or not there, and can be undone', async (_title, line, waitMs) => {
      await killAt(line, waitMs, 'bulk');
      await using system = await sqlite.open(plain.address, contextOf());
      const applied = (await system.writes?.applied('run')) ?? [];
      expect(applied.map(({ slice }) => slice)).toEqual(applied.map((_slice, at) => at));
      expect(applied.length).toBeGreaterThan(0);
      const records = BigInt(applied.length) * 1_000n;
      expect(plain.all('SELECT count(*), max(id) FROM people')).toEqual([[records, records]]);
      expect(plain.all('PRAGMA integrity_check')).toEqual([['ok']]);
      const relation = await relationIn(system, 'people');
      for (const { slice } of applied.toReversed())
        expect(await system.undoes?.undoSlice({ run: 'run', step: 'copy', slice, relation })).toMatchObject({
          rowsRemoved: 1_000,
          refused: [],
        });
      expect(plain.all('SELECT count(*) FROM people')).toEqual([[0n]]);
    });
  },
);

const contextOf = (): Parameters<typeof sqlite.open>[1] => ({
  ...contextFor('target'),
  seal: sealFromKey(new Uint8Array(32)),
});

/** Starts the writer, waits for a line of its output and a moment more, then SIGKILL. */
async function killAt(line: string, waitMs: number, lane: 'records' | 'bulk' = 'records'): Promise<void> {
  const [pause = ''] = line.endsWith('before commit') ? line.split(' ', 1) : [];
  const child = spawn(process.execPath, ['--no-warnings', script, plain.address.path, pause, lane], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const said of createInterface({ input: child.stdout })) if (said === line) break;
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
}

/** The records say the same as the checkpoints: slices 0 to n-1, a thousand records each, nothing of slice n. */
async function expectWholeSlices(): Promise<number> {
  await using system = await sqlite.open(plain.address, contextFor('target'));
  const applied = (await system.writes?.applied('run')) ?? [];
  const written = plain.all("SELECT count(*), max(id) FROM people WHERE name LIKE 'slice %'")[0];
  expect(written).toEqual([BigInt(applied.length) * 1_000n, BigInt(applied.length) * 1_000n]);
  expect(plain.all('SELECT count(*) FROM _godwit_ids')).toEqual([[BigInt(applied.length) * 1_000n]]);
  expect(applied.map(({ slice }) => slice)).toEqual(applied.map((_slice, at) => at));
  expect(plain.all('PRAGMA integrity_check')).toEqual([['ok']]);
  return applied.length;
}
