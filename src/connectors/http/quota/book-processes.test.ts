import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock, systemRandom, systemSteadyTime } from '../../../host/index.ts';
import type { Quota } from '../../../model/index.ts';
import { SqliteQuotaBook } from './sqlite-quota-book.ts';

const script = fileURLToPath(new URL('book-process.contract.ts', import.meta.url));
const children: ChildProcess[] = [];
let [folder, book, taken] = ['', '', ''];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-books-'));
  [book, taken] = [join(folder, 'book.sqlite'), join(folder, 'taken')];
});
afterEach(async () => {
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    }),
  );
  rmSync(folder, { recursive: true });
});

function start(quota: Quota, forMs: number): ChildProcess {
  const child = spawn(process.execPath, [script, book, JSON.stringify(quota), taken, String(forMs)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}
const times = (): readonly number[] =>
  existsSync(taken)
    ? readFileSync(taken, 'utf8')
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [Number(line)]))
    : [];

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await systemClock.sleep(10);
}

test('two processes at once, one of them killed in the midst: no window holds more than the limit, and no count is lost', async () => {
  const quota: Quota = { name: 'q', rule: { kind: 'rolling', windowMs: 1_000 }, limit: 10 };
  const [first, second] = [start(quota, 60_000), start(quota, 60_000)];
  await until(() => times().length >= 25);
  first.kill('SIGKILL');
  await once(first, 'close');
  const third = start(quota, 60_000);
  const atKill = times().length;
  await until(() => times().length >= atKill + 15);
  second.kill('SIGKILL');
  third.kill('SIGKILL');
  const seen = [...times()].sort((a, b) => a - b);
  const fullest = Math.max(
    ...seen.map((at) => seen.filter((other) => other >= at && other < at + 1_000).length),
  );
  expect(fullest).toBeLessThanOrEqual(10);
  // Both had their part.
  expect(seen.length).toBeGreaterThanOrEqual(40);
});

test('a process killed at any moment leaves every call it made in the book', async () => {
  const quota: Quota = { name: 'day', rule: { kind: 'rolling', windowMs: 86_400_000 }, limit: 100_000 };
  for (let round = 0; round < 3; round += 1) {
    const before = times().length;
    const child = start(quota, 60_000);
    await until(() => times().length >= before + 5);
    child.kill('SIGKILL');
    await once(child, 'close');
    using opened = new SqliteQuotaBook({
      path: book,
      clock: systemClock,
      steady: systemSteadyTime,
      random: systemRandom,
    });
    const { used } = await opened.use(quota);
    expect(used).toBeGreaterThanOrEqual(times().length);
    // At most one a round was taken and not yet made.
    expect(used).toBeLessThanOrEqual(times().length + round + 1);
  }
});
