import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { SqliteFile, signingKeyFromSeed, systemClock, verifySignature } from '../host/index.ts';
import { FileLedger } from './file-ledger.ts';
import { showLedger } from './show-ledger.ts';
import { verifyLedger } from './verify-ledger.ts';

const runner = signingKeyFromSeed(new Uint8Array(32).fill(1));
const origin = 'godwit/test';
const work = mkdtempSync(join(tmpdir(), 'godwit-ledger-'));
afterAll(() => rmSync(work, { recursive: true }));

const fresh = (): string => mkdtempSync(join(work, 'l-'));
const open = (folder: string): FileLedger => FileLedger.open({ folder, origin, clock: systemClock });
const intact = (folder: string): void => {
  const verdict = verifyLedger({ folder, origin, runnerKey: runner.publicKey, verify: verifySignature });
  expect(verdict.problems).toEqual([]);
};
const note = (text: string) => ({ type: 'noted', actor: 'test', body: { text } });
const texts = (folder: string): unknown[] =>
  [...showLedger(folder)].map(({ type, body }) =>
    type === 'noted' ? (body as { text: string }).text : type,
  );

async function withEntries(count: number): Promise<string> {
  const folder = fresh();
  using ledger = open(folder);
  ledger.append(Array.from({ length: count }, (_, at) => note(`${at + 1}`)));
  await ledger.flush();
  return folder;
}

describe('appending', () => {
  test('numbers, links and keeps what was flushed, and nothing else', async () => {
    const folder = fresh();
    using ledger = open(folder);
    ledger.append([note('a'), note('b')]);
    expect(texts(folder)).toEqual([]);
    await ledger.flush();
    ledger.append([note('never flushed')]);
    expect([...ledger.entries()].map(({ seq }) => seq)).toEqual([1, 2]);
    expect(texts(folder)).toEqual(['a', 'b']);
    intact(folder);
  });

  test('calls of flush that come together are one write', async () => {
    const folder = fresh();
    using ledger = open(folder);
    const flushed = ['a', 'b', 'c'].map((text) => {
      ledger.append([note(text)]);
      return ledger.flush();
    });
    expect(new Set(flushed).size).toBe(1);
    await Promise.all(flushed);
    expect(texts(folder)).toEqual(['a', 'b', 'c']);
  });

  test('content without a canonical form is refused where it is given', () => {
    using ledger = open(fresh());
    expect(() => ledger.append([{ type: 'noted', actor: 'test', body: { n: 2 ** 60 } }])).toThrow(
      expect.objectContaining({ code: 'ledger.not-canonical' }),
    );
  });

  test('two writers on one folder take turns', async () => {
    const folder = fresh();
    using one = open(folder);
    using two = open(folder);
    for (let at = 0; at < 20; at += 1) {
      one.append([note(`one ${at}`)]);
      two.append([note(`two ${at}`)]);
      await Promise.all([two.flush(), one.flush()]);
    }
    await two.checkpoint(runner);
    expect(texts(folder)).toHaveLength(40);
    intact(folder);
  });

  test('a writer that holds the lock makes others wait, then say so', async () => {
    const folder = fresh();
    using ledger = open(folder);
    using held = new SqliteFile(join(folder, 'lock'));
    held.run('BEGIN IMMEDIATE');
    expect(() => FileLedger.open({ folder, origin, clock: systemClock, busyTimeoutMs: 20 })).toThrow(
      expect.objectContaining({ code: 'ledger.busy', fate: 'later' }),
    );
    held.run('ROLLBACK');
    ledger.append([note('now')]);
    await ledger.flush();
    expect(texts(folder)).toEqual(['now']);
  });
});

describe('after a crash', () => {
  test.each([
    ['half a line', (line: Buffer) => line.subarray(0, line.length / 2)],
    ['a line without its line feed', (line: Buffer) => line.subarray(0, -1)],
    ['one byte', (line: Buffer) => line.subarray(0, 1)],
    ['pages of zeros', () => Buffer.alloc(8192)],
    [
      'zeros before a whole line',
      (line: Buffer) => Buffer.concat([Buffer.alloc(100), Buffer.from('\n'), line]),
    ],
  ])('%s at the end is kept aside, cut off and spoken of', async (_name, tear) => {
    const folder = await withEntries(3);
    const path = join(folder, 'entries.jsonl');
    const whole = readFileSync(path);
    const lastLine = Buffer.from(`${whole.toString().trimEnd().split('\n').at(-1)!}\n`);
    const torn = Buffer.from(tear(lastLine));
    appendFileSync(path, torn);
    using ledger = open(folder);
    ledger.append([note('4')]);
    await ledger.flush();
    expect(texts(folder)).toEqual(['1', '2', '3', 'torn-line-repaired', '4']);
    const [kept] = readdirSync(join(folder, 'torn'));
    expect(readFileSync(join(folder, 'torn', kept!))).toEqual(torn);
    intact(folder);
  });

  test('a repair that was itself interrupted is still spoken of', async () => {
    const folder = await withEntries(2);
    writeFileSync(join(folder, 'torn', '999-0123456789abcdef.bin'), 'cut off, then the power went');
    open(folder)[Symbol.dispose]();
    open(folder)[Symbol.dispose]();
    expect(texts(folder)).toEqual(['1', '2', 'torn-line-repaired']);
    intact(folder);
  });

  test('a line torn by another process while this one was open is repaired too', async () => {
    const folder = await withEntries(2);
    using ledger = open(folder);
    appendFileSync(join(folder, 'entries.jsonl'), '{"actor":"so');
    ledger.append([note('3')]);
    await ledger.flush();
    expect(texts(folder)).toEqual(['1', '2', 'torn-line-repaired', '3']);
    intact(folder);
  });
});

describe('nothing is added to a ledger that was changed', () => {
  const damaged = (folder: string): void =>
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'ledger.damaged', fate: 'pause' }));

  test('an entry changed', async () => {
    const folder = await withEntries(5);
    const path = join(folder, 'entries.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"text":"3"', '"text":"x"'));
    damaged(folder);
    expect(readFileSync(path, 'utf8')).toContain('"text":"5"');
  });

  test('the tail cut off behind a checkpoint, also when it looks torn', async () => {
    for (const rest of ['', '{"act']) {
      const folder = await withEntries(5);
      using ledger = open(folder);
      await ledger.checkpoint(runner);
      const path = join(folder, 'entries.jsonl');
      const lines = readFileSync(path, 'utf8').split('\n');
      writeFileSync(path, `${lines.slice(0, 3).join('\n')}\n${rest}`);
      damaged(folder);
      expect(readFileSync(path, 'utf8').endsWith(`\n${rest}`)).toBe(true);
    }
  });

  test('written anew below a checkpoint', async () => {
    const folder = await withEntries(5);
    using ledger = open(folder);
    await ledger.checkpoint(runner);
    const other = await withEntries(6);
    writeFileSync(join(folder, 'entries.jsonl'), readFileSync(join(other, 'entries.jsonl')));
    damaged(folder);
  });

  test('cut off while it was open', async () => {
    const folder = await withEntries(5);
    using ledger = open(folder);
    truncateSync(join(folder, 'entries.jsonl'), 0);
    ledger.append([note('6')]);
    await expect(ledger.flush()).rejects.toMatchObject({ code: 'ledger.damaged' });
  });
});

test('what could not be written stays waiting and is written by the next flush', async () => {
  const folder = await withEntries(1);
  using ledger = open(folder);
  const path = join(folder, 'entries.jsonl');
  const whole = readFileSync(path);
  rmSync(path);
  ledger.append([note('2')]);
  await expect(ledger.flush()).rejects.toMatchObject({ code: 'ledger.damaged' });
  writeFileSync(path, whole);
  await ledger.flush();
  expect(texts(folder)).toEqual(['1', '2']);
});

/** A process of its own that appends batches and prints each batch's number once it is durable. */
function writer(folder: string, name: string, batches: number) {
  const door = new URL('./index.ts', import.meta.url).href;
  const host = new URL('../host/index.ts', import.meta.url).href;
  const script = `
    import { FileLedger } from '${door}';
    import { systemClock } from '${host}';
    const ledger = FileLedger.open({ folder: ${JSON.stringify(folder)}, origin: '${origin}', clock: systemClock });
    for (let at = 0; at < ${batches}; at += 1) {
      ledger.append([1, 2, 3].map((part) => ({ type: 'noted', actor: 'test', body: { text: '${name} ' + at + ' ' + part } })));
      await ledger.flush();
      console.log(at);
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('three processes at once lose and mix nothing', async () => {
  const folder = fresh();
  const batches = 25;
  const writers = ['a', 'b', 'c'].map((name) => writer(folder, name, batches));
  for (const child of writers) child.stdout.resume();
  const codes = await Promise.all(writers.map(async (child) => (await once(child, 'exit'))[0] as number));
  expect(codes).toEqual([0, 0, 0]);
  const all = texts(folder) as string[];
  expect(all).toHaveLength(3 * 3 * batches);
  for (const name of ['a', 'b', 'c']) {
    const own = all.filter((text) => text.startsWith(`${name} `));
    expect(own).toEqual(
      Array.from({ length: 3 * batches }, (_, at) => `${name} ${Math.floor(at / 3)} ${(at % 3) + 1}`),
    );
  }
  intact(folder);
});

test('what was flushed survives kill -9, and the next writer goes on', async () => {
  const folder = fresh();
  for (let round = 0; round < 3; round += 1) {
    const child = writer(folder, `${round}`, 1_000_000);
    const durable: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      durable.push(line);
      if (durable.length === 10) child.kill('SIGKILL');
    }
    const all = texts(folder);
    for (const at of durable) for (const part of [1, 2, 3]) expect(all).toContain(`${round} ${at} ${part}`);
  }
  open(folder)[Symbol.dispose]();
  intact(folder);
});

test('a hundred thousand entries are verified in less than ten seconds', async () => {
  const folder = fresh();
  using ledger = open(folder);
  const body = {
    object: 'contacts',
    step: '03-copy-contacts',
    slice: 7,
    rowsRead: '5000',
    rowsWritten: '4998',
  };
  for (let batch = 0; batch < 100; batch += 1) {
    ledger.append(Array.from({ length: 1_000 }, () => ({ type: 'slice-written', actor: 'engine', body })));
    await ledger.flush();
  }
  await ledger.checkpoint(runner);
  // Time of this process, not of the wall: other work on the machine says nothing about the ledger.
  const before = process.cpuUsage();
  intact(folder);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(10_000);
});
