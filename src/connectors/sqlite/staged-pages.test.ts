import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';
import { StagedPages } from './staged-pages.ts';
import { StagedRecord } from './staged-record.ts';
import { readVarint, varintLength, writeVarint } from './varint.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

test('several levels of pages hold what SQLite reads, with numbers of rows from the least to the largest', () => {
  const path = `${plain.address.path}-staged`;
  using pages = new StagedPages(path, 'a INTEGER PRIMARY KEY, b', 3);
  const record = new StagedRecord(2);
  const rows: bigint[] = [-(2n ** 63n), -1n];
  for (let row = 0n; row < 60n; row += 1n) rows.push(row ** 10n);
  rows.push(2n ** 63n - 1n);
  for (const row of rows) {
    record.clear();
    record.absent(0);
    record.value(1, new Uint8Array(30_000).fill(Number(row & 0x7fn)));
    pages.add(row > 0n && row < 2n ** 53n ? Number(row) : row, record);
  }
  pages.finish();
  using file = new SqliteFile(path);
  expect(file.statement('PRAGMA integrity_check').all()).toEqual([['ok']]);
  expect(file.statement('SELECT a, length(b), hex(substr(b, 1, 1)) FROM staged ORDER BY a').all()).toEqual(
    rows.map((row) => [row, 30_000n, (row & 0x7fn).toString(16).padStart(2, '0').toUpperCase()]),
  );
  for (const row of rows)
    expect(file.statement('SELECT count(*) FROM staged WHERE a = ?').first(row)).toEqual([1n]);
});

test('a table of none, and of one', () => {
  for (const count of [0, 1]) {
    const path = `${plain.address.path}-${count}`;
    using pages = new StagedPages(path, 'a');
    const record = new StagedRecord(1);
    record.value(0, 7n);
    if (count === 1) pages.add(1, record);
    pages.finish();
    using file = new SqliteFile(path);
    expect(file.statement('SELECT a FROM staged').all()).toEqual(count === 0 ? [] : [[7n]]);
  }
});

test('whatever SQLite keeps, it reads back, and a record that is another one has another digest', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -70_000n, max: 70_000n }),
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    fc.uint8Array(),
  );
  const record = fc.tuple(value, value, value);
  const digest = Buffer.alloc(8);
  const view = new DataView(digest.buffer, digest.byteOffset, 8);
  const path = `${plain.address.path}-any`;
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const pages = new StagedPages(path, 'a BLOB, b BLOB, c BLOB');
      const own = new StagedRecord(3);
      const digests = new Map<string, string>();
      for (const [at, values] of records.entries()) {
        own.clear();
        for (const [place, one] of values.entries()) own.value(place, one);
        pages.add(at + 1, own);
        own.digest(view, 0);
        const shown = JSON.stringify(values, (_key, one) => (typeof one === 'bigint' ? `${one}n` : one));
        expect(digests.get(digest.toString('hex')) ?? shown).toBe(shown);
        digests.set(digest.toString('hex'), shown);
      }
      pages.finish();
      using file = new SqliteFile(path);
      expect(file.statement('SELECT a, b, c FROM staged ORDER BY rowid').all()).toEqual(records);
    }),
    { numRuns: 50 },
  );
});

test('a change of one bit, or of the same bit twice, is another digest', () => {
  const digest = Buffer.alloc(8);
  const view = new DataView(digest.buffer, digest.byteOffset, 8);
  const of = (bytes: Uint8Array): string => {
    const record = new StagedRecord(1);
    record.value(0, bytes);
    record.digest(view, 0);
    return digest.toString('hex');
  };
  const bytes = new Uint8Array(40);
  const seen = new Set([of(bytes)]);
  let tried = 1;
  for (let first = 0; first < 320; first += 1)
    for (let second = first; second < 320; second += 8) {
      const changed = bytes.slice();
      changed[first >> 3] = (changed[first >> 3] ?? 0) ^ (1 << (first & 7));
      if (second > first) changed[second >> 3] = (changed[second >> 3] ?? 0) ^ (1 << (second & 7));
      seen.add(of(changed));
      tried += 1;
    }
  expect(seen.size).toBe(tried);
});

test('whole numbers of one to nine bytes', () => {
  for (const value of [
    0,
    127,
    128,
    16_383,
    16_384,
    2_097_151,
    2_097_152,
    268_435_455,
    268_435_456,
    2 ** 40,
  ]) {
    const bytes = new Uint8Array(9);
    expect(writeVarint(bytes, 0, value)).toBe(varintLength(value));
    expect(readVarint(bytes, 0)).toEqual([value, varintLength(value)]);
    expect(varintLength(BigInt(value))).toBe(varintLength(value));
  }
  expect(varintLength(-1)).toBe(9);
});
