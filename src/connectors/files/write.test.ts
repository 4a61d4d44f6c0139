import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Row, recordKey } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { countsFor, writeRows, writesOf } from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import type { FileOptions } from './address.ts';
import { FolderOfFiles } from './folder-of-files.contract.ts';
import { filesConnector } from './index.ts';

class TargetFolder extends FolderOfFiles {
  async target(): Promise<OpenSystem> {
    return await filesConnector(this.address.format).open(this.address, contextFor('target'));
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  get partial(): string {
    return this.path(join('.godwit-files', 'people.partial'));
  }
}

async function folderWith(content: string | Uint8Array, options: FileOptions = {}): Promise<TargetFolder> {
  const folder = new TargetFolder('csv', { '*': options });
  await folder.put('people.csv', content);
  return folder;
}

const fields = ['id', 'name'];
const two: Row[] = [
  ['1', 'Ann'],
  ['2', 'Bob'],
];

test('nobody sees half a file: it is in place only when the run is finished', async () => {
  await using folder = await folderWith('id,name\n', { header: true });
  await using target = await folder.target();
  await writeRows(target, 'people', { fields, rows: two });
  expect(folder.text('people.csv')).toBe('id,name\n');
  await writesOf(target).finish('run-1');
  expect(folder.text('people.csv')).toBe('id,name\n1,Ann\n2,Bob\n');
  expect((await readdir(folder.path('.godwit-files'))).sort()).toEqual(['state.sqlite']);
});

test('bytes without a checkpoint are cut off by whoever writes next', async () => {
  await using folder = await folderWith('id,name\n', { header: true });
  await using target = await folder.target();
  await writeRows(target, 'people', { fields, rows: two });
  await appendFile(folder.partial, '3,half a rec');
  await writeRows(target, 'people', { fields, rows: [['4', 'Cy']], slice: 1 });
  await appendFile(folder.partial, '5,left by a cra');
  await writesOf(target).finish('run-1');
  expect(folder.text('people.csv')).toBe('id,name\n1,Ann\n2,Bob\n4,Cy\n');
});

test('a crash between the rename and its note is recognised', async () => {
  await using folder = await folderWith('id,name\n', { header: true });
  await using target = await folder.target();
  await writeRows(target, 'people', { fields, rows: two });
  renameSync(folder.partial, folder.path('people.csv'));
  await writesOf(target).finish('run-1');
  await writeRows(target, 'people', { fields, rows: [['4', 'Cy']], slice: 1 });
  await writesOf(target).finish('run-1');
  expect(folder.text('people.csv')).toBe('id,name\n1,Ann\n2,Bob\n4,Cy\n');
});

test('a file that somebody else changed meanwhile is not replaced', async () => {
  await using folder = await folderWith('id,name\n', { header: true });
  await using target = await folder.target();
  await writeRows(target, 'people', { fields, rows: two });
  await appendFile(folder.path('people.csv'), '9,Eve\n');
  await expect(writesOf(target).finish('run-1')).rejects.toMatchObject({
    code: 'files.target-changed',
    fate: 'pause',
  });
  await expect(writeRows(target, 'people', { fields, rows: [['4', 'Cy']], slice: 1 })).rejects.toMatchObject({
    code: 'files.target-changed',
  });
  expect(folder.text('people.csv')).toBe('id,name\n9,Eve\n');
});

test('a file without a last line end gets it with the first record, and loses it with the undo', async () => {
  await using folder = await folderWith('id,name\n7,Old');
  await using target = await folder.target();
  await writeRows(target, 'people', { fields, rows: two });
  await writesOf(target).finish('run-1');
  expect(folder.text('people.csv')).toBe('id,name\n7,Old\n1,Ann\n2,Bob\n');
  const relation = await relationIn(target, 'people');
  const undone = await target.undoes?.undoSlice({ run: 'run-1', step: '03-copy-people', slice: 0, relation });
  expect(undone).toEqual({ rowsRemoved: 2, rowsRestored: 0, refused: [] });
  expect(folder.text('people.csv')).toBe('id,name\n7,Old');
});

test('in a finished file that was edited, untouched records are taken out wherever they are by now', async () => {
  await using folder = await folderWith('id,name\n', { header: true });
  await using target = await folder.target();
  await writeRows(target, 'people', { fields, rows: [...two, ['3', 'Cy'], ['4', 'Di']], key: ['id'] });
  await writesOf(target).finish('run-1');
  await writeFile(folder.path('people.csv'), 'id,name\n8,New\n4,Di\n2,Changed\n9,New\n1,Ann\n3,Cy\n');
  const relation = await relationIn(target, 'people');
  const undone = await target.undoes?.undoSlice({ run: 'run-1', step: '03-copy-people', slice: 0, relation });
  expect(undone?.rowsRemoved).toBe(3);
  expect(undone?.refused.map(({ key }) => key)).toEqual([recordKey(['2'])]);
  expect(folder.text('people.csv')).toBe('id,name\n8,New\n2,Changed\n9,New\n');
  expect(existsSync(folder.partial)).toBe(false);
});

test('what the encoding or the dialect cannot say is refused and named, the rest goes in', async () => {
  const latin = Buffer.from('id,name\n0,Zo\xeb\n', 'latin1');
  await using folder = await folderWith(latin, { encoding: 'latin-1' });
  await using target = await folder.target();
  const rows: Row[] = [
    ['1', 'Müller'],
    ['2', 'Łódź'],
    ['3', 'a\0b'],
    ['4', '\ud800'],
    ['5', null],
  ];
  const written = await writeRows(target, 'people', { fields, rows });
  expect(written.refused.map(({ code, field, row }) => [row[0], code, field])).toEqual([
    ['2', 'target.type', null],
    ['3', 'target.type', 'name'],
    ['4', 'target.type', 'name'],
    ['5', 'target.not-null', 'name'],
  ]);
  expect(written.counts).toEqual(countsFor(5, 4));
  await writesOf(target).finish('run-1');
  expect(readFileSync(folder.path('people.csv'))).toEqual(
    Buffer.concat([latin, Buffer.from('1,M\xfcller\n', 'latin1')]),
  );
});

test('a compressed file is not written to', async () => {
  await using folder = new TargetFolder('csv');
  await folder.put('people.csv.gz', (await import('node:zlib')).gzipSync('id,name\n1,Ann\n'));
  await using target = await folder.target();
  await expect(writeRows(target, 'people', { fields, rows: two })).rejects.toMatchObject({
    code: 'files.target-compressed',
  });
});

test('two writers at once do not harm each other', async () => {
  await using folder = await folderWith('id,name\n', { header: true });
  await using one = await folder.target();
  await using other = await folder.target();
  const slices = Array.from({ length: 20 }, (_, slice) =>
    writeRows(slice % 2 === 0 ? one : other, 'people', {
      fields,
      rows: [[String(slice), 'x'.repeat(50_000)]],
      slice,
    }),
  );
  expect((await Promise.all(slices)).every(({ applied }) => applied)).toBe(true);
  await writesOf(one).finish('run-1');
  expect(
    folder
      .text('people.csv')
      .split('\n')
      .filter((line) => /^\d+,x{50000}$/.test(line)).length,
  ).toBe(20);
  expect(statSync(folder.path('people.csv')).size).toBe('id,name\n'.length + 20 * 50_003 + 10);
});
