import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Clock, signingKeyFromSeed, verifySignature } from '../host/index.ts';
import { FileLedger } from './file-ledger.ts';
import { type LedgerVerdict, verifyLedger } from './verify-ledger.ts';

const runs = process.env['GODWIT_PROVE'] ? 5_000 : 150;
const origin = 'godwit/test';
const runner = signingKeyFromSeed(new Uint8Array(32).fill(1));
const stranger = signingKeyFromSeed(new Uint8Array(32).fill(2));
let ticks = 0;
const clock: Clock = {
  now: () => new Date(1_790_000_000_000 + 1_000 * ticks++).toISOString(),
  elapsedMs: () => 0,
  sleep: async () => undefined,
};
const work = mkdtempSync(join(tmpdir(), 'godwit-verify-'));
const good = join(work, 'good');
const size = 20;
let lines: string[];
let notes: string[];

beforeAll(async () => {
  using ledger = FileLedger.open({ folder: good, origin, clock });
  for (let at = 1; at <= size; at += 1) {
    ledger.append([
      { type: 'slice-written', actor: 'engine', body: { object: 'contacts', slice: at, rows: `${at}00` } },
    ]);
    if (at % 8 === 0 || at === size) await ledger.checkpoint(runner);
  }
  lines = readFileSync(join(good, 'entries.jsonl'), 'utf8').trimEnd().split('\n');
  notes = readdirSync(join(good, 'checkpoints')).map((name) =>
    readFileSync(join(good, 'checkpoints', name), 'utf8'),
  );
});
afterAll(() => rmSync(work, { recursive: true }));

const verify = (folder: string, witnessed: readonly string[] = []): LedgerVerdict =>
  verifyLedger({ folder, origin, runnerKey: runner.publicKey, verify: verifySignature, witnessed });

function changed(change: (folder: string) => void): string {
  const folder = mkdtempSync(join(work, 'changed-'));
  cpSync(good, folder, { recursive: true });
  change(folder);
  return folder;
}
const withLines = (next: readonly string[]): string =>
  changed((folder) => writeFileSync(join(folder, 'entries.jsonl'), next.map((line) => `${line}\n`).join('')));

test('a ledger nobody touched is intact', () => {
  const verdict = verify(good, notes);
  expect(verdict).toMatchObject({ intact: true, entries: size, problems: [], notCovered: 0 });
  expect(verdict.checkpoints.filter(({ from }) => from === 'kept').map((one) => one.size)).toEqual([
    8, 16, 20,
  ]);
  expect(verify(good).notProven[0]).toMatch(/owner of the runner key/);
  expect(verdict.notProven[0]).not.toMatch(/owner/);
});

test('one bit changed anywhere is noticed, and the entry is named', () => {
  const path = join(good, 'entries.jsonl');
  const bytes = readFileSync(path);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const folder = changed((target) => {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= 1 << bit;
        writeFileSync(join(target, 'entries.jsonl'), flipped);
      });
      const entry = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
      const [first] = verify(folder).problems;
      expect(first).toBeDefined();
      // The last entry has nobody behind it: only the checkpoint knows, which covers the entries since the one before. A
      // link between the last two that does not fit may be the fault of either.
      const exact = entry < size - 1 ? 0 : 3;
      expect(first!.from).toBeLessThanOrEqual(entry);
      expect(first!.to).toBeGreaterThanOrEqual(entry);
      expect(first!.to! - first!.from!).toBeLessThanOrEqual(exact);
    }),
    { numRuns: runs },
  );
});

describe('what somebody did to the entries is named', () => {
  test.each<[string, (all: string[]) => string[], object]>([
    ['an entry taken out', (all) => all.toSpliced(6, 1), { code: 'ledger.entries-missing', from: 7, to: 7 }],
    ['three taken out', (all) => all.toSpliced(6, 3), { code: 'ledger.entries-missing', from: 7, to: 9 }],
    ['the first taken out', (all) => all.slice(1), { code: 'ledger.entries-missing', from: 1, to: 1 }],
    ['the tail cut off', (all) => all.slice(0, 17), { code: 'ledger.entries-missing', from: 18, to: 20 }],
    ['everything cut off', () => [], { code: 'ledger.entries-missing', from: 1, to: 20 }],
    [
      'two swapped',
      (all) => all.with(4, all[5]!).with(5, all[4]!),
      { code: 'ledger.entries-reordered', from: 5, to: 5 },
    ],
    [
      'one written twice',
      (all) => all.toSpliced(6, 0, all[5]!),
      { code: 'ledger.entries-reordered', from: 7, to: 7 },
    ],
    [
      'an actor renamed',
      (all) => all.with(10, all[10]!.replace('"engine"', '"nobody"')),
      { code: 'ledger.entry-changed', from: 11, to: 11 },
    ],
    [
      'a body changed',
      (all) => all.with(10, all[10]!.replace('"1100"', '"1101"')),
      { code: 'ledger.entry-changed', from: 11, to: 11 },
    ],
    [
      'a link changed',
      (all) => all.with(10, all[10]!.replace(/"sha256:(.)([0-9a-f]{63})","seq"/, '"sha256:0$2","seq"')),
      { code: 'ledger.entry-changed', from: 11, to: 11 },
    ],
    [
      'a number changed',
      (all) => all.with(10, all[10]!.replace('"seq":11,', '"seq":12,')),
      { code: 'ledger.entry-changed', from: 11, to: 11 },
    ],
    [
      'a key given twice',
      (all) => all.with(10, all[10]!.replace('{"actor"', '{"actor":"x","actor"')),
      { code: 'ledger.entry-changed', from: 11, to: 11 },
    ],
    [
      'a member added',
      (all) => all.with(2, all[2]!.replace('}', ',"z":1}')),
      { code: 'ledger.entry-changed', from: 3 },
    ],
    ['an empty line', (all) => all.toSpliced(4, 0, ''), { code: 'ledger.entry-changed', from: 5, to: 5 }],
  ])('%s', (_name, change, expected) => {
    const verdict = verify(withLines(change([...lines])));
    expect(verdict.intact).toBe(false);
    expect(verdict.problems[0]).toMatchObject(expected);
  });

  test('a cut in the middle of a line', () => {
    const folder = changed((target) => truncateSync(join(target, 'entries.jsonl'), 1_000));
    expect(verify(folder).problems[0]?.code).toBe('ledger.entry-torn');
  });
});

describe('history written anew', () => {
  /** The runner's key in the wrong hands: another history, chained and signed without a flaw. */
  async function rewritten(checkpointEvery = size): Promise<string> {
    const folder = mkdtempSync(join(work, 'rewritten-'));
    using ledger = FileLedger.open({ folder, origin, clock });
    for (let at = 1; at <= size; at += 1) {
      ledger.append([
        { type: 'slice-written', actor: 'engine', body: { slice: at, rows: at === 9 ? '1' : '0' } },
      ]);
      if (at % checkpointEvery === 0) await ledger.checkpoint(runner);
    }
    return folder;
  }

  test('with checkpoints of its own all along is caught, and none of these makes the place narrower', async () => {
    const folder = await rewritten(1);
    expect(verify(folder, notes.slice(1)).problems[0]).toMatchObject({
      code: 'ledger.history-rewritten',
      from: 1,
      to: 16,
    });
  });

  test('passes without a witness, as the documentation says, and is caught with one', async () => {
    const folder = await rewritten();
    expect(verify(folder).intact).toBe(true);
    const verdict = verify(folder, [notes[0]!]);
    expect(verdict.problems[0]).toMatchObject({ code: 'ledger.history-rewritten', from: 1, to: 8 });
  });

  test('without the key is caught by the kept checkpoint', async () => {
    const folder = await rewritten();
    const other = changed((target) => cpSync(join(folder, 'entries.jsonl'), join(target, 'entries.jsonl')));
    expect(verify(other).problems[0]).toMatchObject({ code: 'ledger.history-rewritten', from: 1, to: 8 });
  });

  test('a fork after a checkpoint is named by its entries', async () => {
    const folder = mkdtempSync(join(work, 'fork-'));
    writeFileSync(
      join(folder, 'entries.jsonl'),
      lines
        .slice(0, 8)
        .map((line) => `${line}\n`)
        .join(''),
    );
    using ledger = FileLedger.open({ folder, origin, clock });
    ledger.append(Array.from({ length: 12 }, () => ({ type: 'other', actor: 'engine', body: {} })));
    await ledger.checkpoint(runner);
    expect(verify(folder, notes).problems[0]).toMatchObject({
      code: 'ledger.history-rewritten',
      from: 9,
      to: 16,
    });
  });

  test('a tail and its checkpoints cut off together are caught by a witness only', () => {
    const folder = changed((target) => {
      writeFileSync(
        join(target, 'entries.jsonl'),
        lines
          .slice(0, 8)
          .map((line) => `${line}\n`)
          .join(''),
      );
      for (const name of readdirSync(join(target, 'checkpoints')).slice(1))
        rmSync(join(target, 'checkpoints', name));
    });
    expect(verify(folder).intact).toBe(true);
    expect(verify(folder, notes).problems[0]).toMatchObject({
      code: 'ledger.entries-missing',
      from: 9,
      to: 20,
    });
  });
});

test('a checkpoint by another key, of another ledger, or changed is not one', async () => {
  const foreign = mkdtempSync(join(work, 'foreign-'));
  using other = FileLedger.open({ folder: foreign, origin: 'godwit/other', clock });
  const wrong = [
    await other.checkpoint(runner),
    notes[0]!.replace('\n8\n', '\n9\n'),
    notes[0]!.replace(/\n[A-Za-z0-9+/=]{44}\n/, `\n${'A'.repeat(43)}=\n`),
    'not a note',
  ];
  for (const note of wrong) expect(verify(good, [note]).problems[0]?.code).toBe('ledger.checkpoint-invalid');
  const strangers = verifyLedger({
    folder: good,
    origin,
    runnerKey: stranger.publicKey,
    verify: verifySignature,
  });
  expect(strangers.problems.map(({ code }) => code)).toEqual(Array(3).fill('ledger.checkpoint-invalid'));
});

test('entries after the last checkpoint are counted as not covered', () => {
  const folder = changed((target) => rmSync(join(target, 'checkpoints', '000000000020.note')));
  expect(verify(folder)).toMatchObject({ intact: true, notCovered: 4 });
});
