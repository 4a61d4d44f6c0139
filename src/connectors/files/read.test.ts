import { Buffer } from 'node:buffer';
import { appendFile, writeFile } from 'node:fs/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Row, recordKey, type Slice } from '../../model/index.ts';
import { FolderOfFiles, readFileContent, whole } from './folder-of-files.contract.ts';

/** So much is wrong in a small file that its dialect is said, not found. */
const said = { delimiter: ',', quote: '"', escape: '"', header: true };

test('every bad record is named with its line and kept byte for byte, and reading goes on', async () => {
  const lines = [
    'id,name,amount',
    '1,Ann,10',
    '2,too few',
    '3,"two\nlines",30',
    '4,too,many,fields',
    '5,a"b,50',
    '6,"a"b,60',
    '7,zero\0byte,70',
    'id,name,amount',
    '9,"lost quote,90',
    '10,last,100',
  ];
  const { rows, bad } = await readFileContent(`${lines.join('\n')}\n`, said);
  expect(rows).toEqual([
    ['1', 'Ann', '10', '2'],
    ['3', 'two\nlines', '30', '4'],
    ['10', 'last', '100', '12'],
  ]);
  expect(bad.map(({ where, code }) => [where, code])).toEqual([
    ['data.csv line 3', 'files.ragged-record'],
    ['data.csv line 6', 'files.ragged-record'],
    ['data.csv line 7', 'files.stray-quote'],
    ['data.csv line 8', 'files.text-behind-quote'],
    ['data.csv line 9', 'files.nul-byte'],
    ['data.csv line 10', 'files.repeated-header'],
    ['data.csv line 11', 'files.unclosed-quote'],
  ]);
  const originals = bad.map(({ original }) => Buffer.from(original).toString());
  expect(originals).toEqual([1, 3, 4, 5, 6, 7, 8].map((at) => lines[at + 1]));
  expect(bad.map(({ key }) => key)).toEqual(['3', '6', '7', '8', '9', '10', '11'].map((line) => [line]));
});

test('a record beyond the limit is described by its size and digest, and reading goes on', async () => {
  const huge = 'x'.repeat(5_000_000);
  const content = `id,name\n1,Ann\n2,"${huge}\n${huge}"\n3,${huge}\n4,Bob\n`;
  const { rows, bad } = await readFileContent(content, { recordBytesMax: 100_000 });
  expect(rows.map(([id, , line]) => [id, line])).toEqual([
    ['1', '2'],
    ['4', '6'],
  ]);
  expect(bad.map(({ code, where }) => [code, where])).toEqual([
    ['files.record-too-large', 'data.csv line 3'],
    ['files.record-too-large', 'data.csv line 5'],
  ]);
  expect(bad[0]?.message).toMatch(/10000006 bytes at offset 14, sha256 [0-9a-f]{64}/);
  expect(bad[0]?.original.length).toBe(65_536);
});

test('a quote that is never closed in a large file costs its own line', async () => {
  const many = Array.from({ length: 30_000 }, (_, at) => `${at + 10},person\n`).join('');
  const { rows, bad } = await readFileContent(`id,name\n1,"Ann\n${many}`, {
    recordBytesMax: 10_000,
    delimiter: ',',
    quote: '"',
    escape: '"',
  });
  expect(rows.length).toBe(30_000);
  expect(rows.at(-1)?.[2]).toBe('30002');
  expect(bad.map(({ code, where }) => [code, where])).toEqual([['files.unclosed-quote', 'data.csv line 2']]);
  expect(Buffer.from(bad[0]?.original ?? []).toString()).toBe('1,"Ann');
});

test('JSON Lines: exact numbers, types from all records, nested values as they are written', async () => {
  const lines = [
    '{"id":1,"big":12345678901234567890,"price":1.10,"ok":true,"tags":["a", 1.0],"mixed":1}',
    '{"id":9223372036854775807,"big":2,"price":-5e-2,"name":"Zoë","mixed":"1","none":null}',
    '',
    '{"id":3,"id":4}',
    '{"id":',
    '[1]',
  ];
  const { relation, rows, bad } = await readFileContent(lines.join('\n'), {}, 'data.jsonl');
  const types = relation.fields.map(({ name, type }) => `${name} ${type.kind}`);
  expect(types).toEqual([
    'id integer',
    'big decimal',
    'price decimal',
    'ok boolean',
    'tags json',
    'mixed json',
    'name text',
    'none any',
    '#line integer',
  ]);
  expect(rows).toEqual([
    ['1', '12345678901234567890', '1.10', true, '["a", 1.0]', '1', null, null, '1'],
    ['9223372036854775807', '2', '-0.05', null, null, '"1"', 'Zoë', null, '2'],
  ]);
  expect(bad.map(({ where, code }) => [where, code])).toEqual([
    ['data.jsonl line 4', 'files.duplicate-key'],
    ['data.jsonl line 5', 'files.invalid-json'],
    ['data.jsonl line 6', 'files.not-an-object'],
  ]);
});

const numbered = Array.from({ length: 2_000 }, (_, at) => `${at + 1},person ${at + 1}\n`);

test.each([
  ['plain', 'data.csv', (text: string) => Buffer.from(text)],
  ['gzip', 'data.csv.gz', (text: string) => gzipSync(text)],
  [
    'two gzip members',
    'data.csv.gz',
    (text: string) => Buffer.concat([gzipSync(text.slice(0, 999)), gzipSync(text.slice(999))]),
  ],
  ['Zstandard', 'data.csv.zst', (text: string) => zstdCompressSync(text)],
  [
    'three Zstandard frames',
    'data.csv.zst',
    (text: string) =>
      Buffer.concat(
        [text.slice(0, 5), text.slice(5, 999), text.slice(999)].map((part) => zstdCompressSync(part)),
      ),
  ],
])('all of it is read, in slices too: %s', async (_title, name, pack) => {
  await using folder = new FolderOfFiles('csv');
  await folder.put(name, pack(`id,name\n${numbered.join('')}`));
  const relation = await folder.relation('data');
  await using snapshot = await (await folder.open()).reads.snapshot();
  expect(await snapshot.count(relation)).toBe('2000');
  const slices: Slice[] = [];
  for await (const slice of snapshot.split(relation, 300)) slices.push(slice);
  const ids: string[] = [];
  for (const slice of slices) {
    for await (const batch of snapshot.read(relation, slice))
      ids.push(...batch.rows.map(([id]) => String(id)));
  }
  expect(ids).toEqual(numbered.map((_, at) => String(at + 1)));
  const again: string[] = [];
  for await (const batch of snapshot.read(relation, slices[1] ?? whole))
    again.push(...batch.rows.map(([id]) => String(id)));
  expect(again).toEqual(ids.slice(300, 600));
});

test('a compressed file that was cut off is refused, not read to where it breaks', async () => {
  const packed = gzipSync(`id,name\n${numbered.join('')}`);
  await expect(readFileContent(packed.subarray(0, -20), {}, 'data.csv.gz')).rejects.toMatchObject({
    code: 'files.compression-damaged',
  });
  const frames = zstdCompressSync(numbered.join(''));
  await expect(readFileContent(frames.subarray(0, -3), {}, 'data.csv.zst')).rejects.toMatchObject({
    code: 'files.compression-damaged',
  });
  await expect(readFileContent('id,name\n1,Ann\n', {}, 'data.csv.gz')).rejects.toMatchObject({
    code: 'files.compression-damaged',
  });
});

test.each([
  ['added to', async (folder: FolderOfFiles) => await appendFile(folder.path('data.csv'), '9999,new\n')],
  [
    'replaced',
    async (folder: FolderOfFiles) =>
      await writeFile(folder.path('data.csv'), `id,name\n${numbered.join('')}`),
  ],
])('a file that is %s while it is read stops the read', async (_title, change) => {
  await using folder = new FolderOfFiles('csv');
  await folder.put('data.csv', `id,name\n${numbered.join('')}`);
  const relation = await folder.relation('data');
  await using snapshot = await (await folder.open()).reads.snapshot();
  const read = async (): Promise<number> => {
    let rows = 0;
    for await (const batch of snapshot.read(relation, whole, { batchRowsMax: 100 })) {
      if (rows === 0) await change(folder);
      rows += batch.rows.length;
    }
    return rows;
  };
  await expect(read()).rejects.toMatchObject({ code: 'files.changed-while-reading', fate: 'pause' });
  await expect(snapshot.count(relation)).rejects.toMatchObject({ code: 'files.changed-while-reading' });
});

test('records are fetched by their line', async () => {
  await using folder = new FolderOfFiles('csv');
  await folder.put('data.csv', `id,name\n${numbered.join('')}`);
  const relation = await folder.relation('data');
  await using snapshot = await (await folder.open()).reads.snapshot();
  const found: Row[] = [];
  for await (const batch of snapshot.fetch(relation, ['#line'], [['3'], ['1500'], ['9999'], ['1']]))
    found.push(...batch.rows);
  expect(found.map((row) => recordKey(row))).toEqual([
    recordKey(['2', 'person 2', '3']),
    recordKey(['1499', 'person 1499', '1500']),
  ]);
});

test('files of one name clash, other files are not relations', async () => {
  await using folder = new FolderOfFiles('csv');
  await folder.put('data.csv', 'id,name\n1,Ann\n');
  await folder.put('notes.txt', 'x');
  await folder.put('.hidden.csv', 'x');
  const { relations } = await (await folder.open()).inspects.inspect();
  expect(relations.map(({ name }) => name)).toEqual(['data']);
  await folder.put('data.csv.gz', gzipSync('id,name\n1,Ann\n'));
  await expect((await folder.open()).inspects.inspect()).rejects.toMatchObject({ code: 'files.name-clash' });
});

test('records are fetched by any fields, from plain and compressed files, without reading all of it each time', async () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `${at},name ${at % 10_000},"two\nlines"\n`);
  for (const [name, content] of [
    ['data.csv', Buffer.from(`id,name,text\n${lines.join('')}`)],
    ['data.csv.gz', gzipSync(`id,name,text\n${lines.join('')}`)],
  ] as const) {
    await using folder = new FolderOfFiles('csv');
    await folder.put(name, content);
    const relation = await folder.relation('data');
    await using snapshot = await (await folder.open()).reads.snapshot();
    const ids = async (fields: readonly string[], keys: readonly Row[]): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const batch of snapshot.fetch(relation, fields, keys))
        found.push(...batch.rows.map(([id]) => id));
      return found;
    };
    expect(await ids(['name'], [['name 17'], ['nobody'], ['name 9999']])).toEqual([
      '17',
      '9999',
      '10017',
      '19999',
    ]);
    expect(
      await ids(
        ['id', 'name'],
        [
          ['10017', 'name 17'],
          ['5', 'name 17'],
        ],
      ),
    ).toEqual(['10017']);
    expect(await ids(['#line'], [['40000'], ['2'], ['3']])).toEqual(['0', '19999']);
  }
});
