import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sharedPostgres, skipWithoutPostgres } from '../../../../tests/servers/index.ts';
import { systemClock, systemRandom, systemSteadyTime } from '../../../host/index.ts';
import type { Quota } from '../../../model/index.ts';
import type { BookDatabase, BookOrder } from './book-process.contract.ts';
import { SqliteQuotaBook } from './sqlite-quota-book.ts';

const script = fileURLToPath(new URL('book-process.contract.ts', import.meta.url));
const children: ChildProcess[] = [];
let [folder, taken] = ['', ''];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-books-'));
  taken = join(folder, 'taken');
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

const file = async (): Promise<string> => Promise.resolve(join(folder, 'book.sqlite'));

async function database(): Promise<BookDatabase> {
  const access = await sharedPostgres(18);
  const { host, port, user, password } = access;
  return { host, port, user, password, database: await access.createDatabase() };
}

function start(book: BookOrder['book'], quota: Quota): ChildProcess {
  const order: BookOrder = { book, quota, taken, forMs: 60_000 };
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
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

const windowMs = 1_000;
const rolling = (limit: number): Quota => ({ name: 'q', rule: { kind: 'rolling', windowMs }, limit });

/** How many are within the fullest window. */
function fullest(): number {
  const seen = times();
  return Math.max(...seen.map((at) => seen.filter((other) => other >= at && other < at + windowMs).length));
}

test.each([
  ['a file of one machine', file, false],
  ['a database of several', database, skipWithoutPostgres(18)],
] as const)(
  'a book in %s, two processes at once, one of them killed in the midst: no window holds more than the limit, and no count is lost',
  async (_where, make, skip) => {
    if (skip) return;
    const book = await make();
    const [first, second] = [start(book, rolling(10)), start(book, rolling(10))];
    await until(() => times().length >= 25);
    first.kill('SIGKILL');
    await once(first, 'close');
    const third = start(book, rolling(10));
    const atKill = times().length;
    await until(() => times().length >= atKill + 15);
    second.kill('SIGKILL');
    third.kill('SIGKILL');
    expect(fullest()).toBeLessThanOrEqual(10);
    // Both had their part.
    expect(times().length).toBeGreaterThanOrEqual(40);
  },
);

test.skipIf(skipWithoutPostgres(18))(
  'a book in a database, one process frozen again and again: it takes nothing twice, keeps the others from nothing, and is counted when it wakes up',
  async () => {
    const book = await database();
    const [frozen, other] = [start(book, rolling(20)), start(book, rolling(20))];
    await until(() => times().length >= 20);
    for (let round = 0; round < 5; round += 1) {
      frozen.kill('SIGSTOP');
      const before = times().length;
      await until(() => times().length >= before + 5);
      frozen.kill('SIGCONT');
      await systemClock.sleep(50);
    }
    expect([frozen.exitCode, other.exitCode]).toEqual([null, null]);
    expect(fullest()).toBeLessThanOrEqual(20);
  },
);

test('a process killed at any moment leaves every call it made in the book', async () => {
  const quota: Quota = { name: 'day', rule: { kind: 'rolling', windowMs: 86_400_000 }, limit: 100_000 };
  const book = await file();
  for (let round = 0; round < 3; round += 1) {
    const before = times().length;
    const child = start(book, quota);
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
