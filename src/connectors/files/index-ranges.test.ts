import { appendFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileOptions } from './address.ts';
import { FileCatalog } from './file-catalog.ts';
import { FileThreads } from './file-threads.ts';
import { indexByThreads } from './index-by-threads.ts';
import { indexInRanges, rangesOf } from './index-ranges.ts';
import { openCursor, type RelationFile } from './load-relation-file.ts';
import { RecordIndex } from './record-index.ts';
import { packPlaces, type RangePlaces, scanRange, unpackPlaces } from './scan-range.ts';

const proves = process.env['GODWIT_PROVE'] === '1';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'godwit-files-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const usual: FileOptions = {
  encoding: 'utf-8',
  delimiter: ',',
  quote: '"',
  escape: '"',
  header: false,
  columns: ['a', 'b', 'c'],
  strayQuotes: 'bad',
};
const said: readonly FileOptions[] = [
  usual,
  usual,
  { ...usual, strayQuotes: 'keep' },
  { ...usual, escape: '\\' },
  { ...usual, quote: null },
  { ...usual, delimiter: '||' },
  { ...usual, lineEnd: 'cr' },
  { ...usual, columns: ['a'] },
  { ...usual, header: true, columns: ['a', 'b'] },
];

async function fileOf(content: Buffer, options: FileOptions): Promise<RelationFile> {
  await writeFile(join(folder, 'a.csv'), content);
  const catalog = new FileCatalog({ folder, format: 'csv', options: { a: options } });
  return (await catalog.entry(await catalog.find('a'))).file;
}

/** What one cursor makes of the whole file, by the scan that also finds fields. */
async function byOne(file: RelationFile): Promise<RecordIndex> {
  const index = new RecordIndex();
  await using handle = await open(file.found.path, 'r');
  const cursor = openCursor(file, handle, file.dataOffset, file.dataLine);
  for (let step = cursor.step(); step !== 'end'; step = cursor.step())
    if (step === 'record' || (await cursor.more())) index.add(cursor.line, cursor.offset);
  return index;
}

async function inRanges(file: RelationFile, rangeBytes: number, reachBytes: number): Promise<RecordIndex> {
  await using handle = await open(file.found.path, 'r');
  async function* scanned(): AsyncGenerator<RangePlaces> {
    for (const range of rangesOf(file, rangeBytes))
      yield unpackPlaces(packPlaces(await scanRange(file, handle, range, reachBytes)));
  }
  return await indexInRanges(file, handle, scanned());
}

async function toldOf(index: Promise<RecordIndex>): Promise<unknown> {
  try {
    const { records, ...rest } = await index;
    return { records, places: [...(await index).everyRecords(1)], rest };
  } catch (error) {
    return String(error);
  }
}

async function expectSame(
  content: Buffer,
  options: FileOptions,
  rangeBytes: number,
  reachBytes: number,
): Promise<RecordIndex> {
  const file = await fileOf(content, options);
  const whole = await toldOf(byOne(file));
  expect(await toldOf(inRanges(file, rangeBytes, reachBytes))).toEqual(whole);
  return await inRanges(file, rangeBytes, reachBytes).catch(() => new RecordIndex());
}

const records = fc.constantFrom(
  '1,2,3\n',
  '1,"two\nlines, ""quoted""",3\r\n',
  '"a","b","c"\n',
  '1,"\nn,o,""t\n"", r,e,c\n",3\n',
  '"4,5,6\n7,8,9\n\n",é,日本\n',
  '\n',
  `1,${'x'.repeat(700)},3\n`,
);
const others = fc.constantFrom('a', '"', ',', ' ', '|', '\n', '\r', '\\', 'é', '\0', '""', '",', ',"', '"\n');
const part = fc.oneof({ weight: 12, arbitrary: records }, { weight: 1, arbitrary: others });

test('ranges make the index of one cursor, of whatever is in the file', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 60 }),
      fc.constantFrom(...said),
      fc.constantFrom('', '\uFEFF'),
      fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 9_000 })),
      fc.constantFrom(1, 1, 1, 80),
      fc.constantFrom(0, 100, 1_000_000),
      async (texts, options, mark, rangeBytes, times, reachBytes) => {
        const header = options.header === true ? 'a,b\n' : '';
        const content = Buffer.from(mark + header + texts.join('').repeat(times));
        await expectSame(content, options, Math.max(rangeBytes, content.length >> 4), reachBytes);
      },
    ),
    { numRuns: proves ? 20_000 : 100 },
  );
});

test.each([1, 2, 3, 5, 7, 11])('at every edge, in ranges of %i bytes', async (rangeBytes) => {
  const content = Buffer.from('1,"a\n""b"",\r\nc",é\r\n\r\n"",2,"日\n\n"\n3,",\n,",4\n5,6,7');
  expect((await expectSame(content, usual, rangeBytes, 1_000)).records).toBe(4);
});

test('one record over many ranges, and an empty file', async () => {
  const content = Buffer.from(`1,2,3\n4,"${'text, "" and\nlines\n'.repeat(20_000)}",6\n7,8,9\n`);
  for (const reach of [0, 1_000_000])
    expect((await expectSame(content, usual, 5_000, reach)).records).toBe(3);
  expect((await expectSame(Buffer.alloc(0), usual, 10, 10)).records).toBe(0);
});

test('quotes that never close end it as they end one cursor', async () => {
  const lost = Buffer.from(`1,2,3\n${'1,"2\n'.repeat(201)}`);
  const file = await fileOf(lost, usual);
  const error = await toldOf(byOne(file));
  expect(await toldOf(inRanges(file, 64, 1_000))).toEqual(error);
  const few = Buffer.from(`${'1,"2",3\n'.repeat(500)}1,"2,3\n4,5,6\n`);
  expect((await expectSame(few, usual, 64, 1_000)).records).toBe(502);
});

test('threads make the same index, range after range', async () => {
  const record = (at: number): string => `${at},"${'a ""quote"",\nand a line '.repeat(at % 9)}",é\n`;
  const content = Array.from({ length: 90_000 }, (_none, at) => record(at)).join('');
  const file = await fileOf(Buffer.from(content), usual);
  await using threads = new FileThreads();
  expect(await toldOf(indexByThreads(file, threads))).toEqual(await toldOf(byOne(file)));
  await appendFile(file.found.path, '1,2,3\n');
  expect(await toldOf(indexByThreads(file, threads))).toMatch(/a\.csv/);
});
