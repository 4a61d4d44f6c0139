import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import type { Relation, Slice } from '../../model/index.ts';
import type { BulkLoad } from '../port.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';
import { loadInto, readBothWays } from './read-both-ways.contract.ts';

const all: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };
const pageBytes = 512;

let plain: PlainSqlite;
let path: string;
let whole: Buffer;
let relation: Relation;
let load: BulkLoad;
let undamaged: string;

/** Three levels of pages, and records that go on in others. */
beforeEach(() => {
  plain = new PlainSqlite();
  path = `${plain.address.path}-damaged`;
  {
    using file = new SqliteFile(path);
    file.run(`PRAGMA page_size = ${pageBytes}; PRAGMA synchronous = OFF; CREATE TABLE t (id INTEGER PRIMARY KEY, x BLOB);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
      INSERT INTO t SELECT i, CAST(printf('%.*c', CASE i % 50 WHEN 0 THEN 1500 ELSE 40 END, 'x') || i AS BLOB) FROM n`);
  }
  whole = readFileSync(path);
  readBothWays(path, 't', (read) => {
    ({ relation } = read);
    load = loadInto(relation, 'x', { kind: 'bytes', bytesMax: null });
    undamaged = read.both(load, all).pages;
    expect(undamaged).not.toContain('failed');
  });
});
afterEach(async () => plain[Symbol.asyncDispose]());

function readDamaged(
  damage: (bytes: Buffer) => void,
  slice: Slice = all,
): Record<'sqlite' | 'pages', string> {
  const bytes = Buffer.from(whole);
  damage(bytes);
  writeFileSync(path, bytes);
  return readBothWays(path, relation, ({ both }) => both(load, slice));
}

/** Where pages of a kind begin. */
function pagesOf(kind: number): number[] {
  const places: number[] = [];
  for (let at = pageBytes; at < whole.length; at += pageBytes) if (whole[at] === kind) places.push(at);
  return places;
}

const [interior, leaf] = [0x05, 0x0d];

test('whatever byte of the pages is another one: an error with a code, or what SQLite reads as well', () => {
  let refused = 0;
  const place = fc.oneof(
    fc.integer({ min: pageBytes, max: whole.length - 1 }),
    // Heads of pages, and what they point to.
    fc
      .tuple(fc.constantFrom(...pagesOf(interior), ...pagesOf(leaf)), fc.integer({ min: 0, max: 40 }))
      .map(([page, at]) => page + at),
  );
  fc.assert(
    fc.property(place, fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const { sqlite, pages } = readDamaged((bytes) => bytes.writeUInt8(byte, at));
      if (pages.startsWith('failed')) {
        expect(pages).toMatch(/^failed: (sqlite\.damaged|bulk\.not-certain)$/);
        refused += 1;
      } else expect(pages === sqlite || pages === undamaged).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(20);
});

test.each<readonly [what: string, damage: (bytes: Buffer) => void]>([
  ['a page twice in its tree', (bytes) => secondChildAs(bytes, 0)],
  ['a page above others that names only the last of them', (bytes) => bytes.writeUInt16BE(0, pageBytes + 3)],
  [
    'a page without records below another one',
    (bytes) => bytes.writeUInt16BE(0, (pagesOf(leaf)[3] ?? 0) + 3),
  ],
  ['a page of another kind', (bytes) => bytes.writeUInt8(0x0a, pagesOf(leaf)[3] ?? 0)],
  ['a page that is not there', (bytes) => bytes.writeUInt32BE(0x7fff_ffff, pageBytes + 8)],
  ['a tree that has itself as a part', (bytes) => bytes.writeUInt32BE(2, pageBytes + 8)],
  [
    'more records than a page has room for',
    (bytes) => bytes.writeUInt16BE(0xffff, (pagesOf(leaf)[2] as number) + 3),
  ],
  [
    'a record outside its page',
    (bytes) => bytes.writeUInt16BE(pageBytes - 2, (pagesOf(leaf)[2] as number) + 8),
  ],
])('%s is an error', (_what, damage) => {
  expect(readDamaged(damage).pages).toBe('failed: sqlite.damaged');
});

test('a chain that ends before its record is an error', () => {
  const chain = pagesOf(0).find((at) => whole.readUInt32BE(at) > 0 && whole[at + 4] === 'x'.charCodeAt(0));
  expect(chain).toBeDefined();
  expect(readDamaged((bytes) => bytes.writeUInt32BE(0, chain)).pages).toBe('failed: sqlite.damaged');
});

test('a file that is cut off while it is read is an error', () => {
  readBothWays(path, relation, ({ both }) => {
    writeFileSync(path, whole.subarray(0, whole.length - pageBytes * 20));
    expect(both(load, all).pages).toBe('failed: sqlite.damaged');
  });
});

/** The second page below another one, replaced by the one at this place of its list. */
function secondChildAs(bytes: Buffer, other: number): void {
  const page = pagesOf(interior).at(-1) as number;
  const cell = (at: number): number => page + bytes.readUInt16BE(page + 12 + at * 2);
  bytes.writeUInt32BE(bytes.readUInt32BE(cell(other)), cell(1));
}
