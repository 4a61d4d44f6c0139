import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { giveBack } from '../../host/index.ts';
import type { BulkLoad } from '../port.ts';
import { FileCatalog } from './file-catalog.ts';
import { FilesReads } from './read.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'godwit-files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The texts of the tuples of a binary COPY. */
function textsIn(copy: Buffer): (string | null)[][] {
  const records: (string | null)[][] = [];
  for (let at = 19; copy.readInt16BE(at) >= 0; ) {
    const record: (string | null)[] = [];
    const fields = copy.readInt16BE(at);
    at += 2;
    for (let field = 0; field < fields; field += 1) {
      const length = copy.readInt32BE(at);
      at += 4;
      record.push(length < 0 ? null : copy.toString('utf8', at, at + length));
      at += Math.max(0, length);
    }
    records.push(record);
  }
  return records;
}

/** Every slice of the file as it is exported, each chunk's memory given back at once. */
async function exported(content: Buffer | string, rowsPerSlice: number): Promise<(string | null)[][]> {
  await writeFile(join(folder, 'people.csv'), content);
  const said = { encoding: 'utf-8', delimiter: ',', header: true, quote: '"', strayQuotes: 'bad' } as const;
  const catalog = new FileCatalog({ folder, format: 'csv', options: { people: said } });
  await using snapshot = await new FilesReads(catalog, new AbortController().signal).snapshot();
  const { fields } = await catalog.entry(await catalog.find('people'));
  const relation = { name: 'people' } as Parameters<typeof snapshot.split>[0];
  const load: BulkLoad = {
    format: 'postgres-binary-encoded',
    fields: fields.map((field) => ({ source: { kind: 'field', field }, target: field, exportAs: null })),
  };
  const records: (string | null)[][] = [];
  for await (const slice of snapshot.split(relation, rowsPerSlice)) {
    const chunks: Buffer[] = [];
    for await (const chunk of snapshot.exports!.export(relation, slice, load)) {
      chunks.push(Buffer.from(chunk));
      giveBack(chunk);
    }
    records.push(...textsIn(Buffer.concat(chunks)));
  }
  return records;
}

describe('slices of CSV files in bulk', () => {
  test('hold each record once, as it was written, in memory that is used again and again', async () => {
    const records = Array.from({ length: 30_000 }, (_none, at) => [
      String(at),
      'né, "日本"\n🚀'.repeat(at % 12),
      at % 3 === 0 ? 'x'.repeat(at % 200) : `"${at}"`,
    ]);
    const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = records.map((record) => `${record.map(quoted).join(',')}\n`);
    expect(await exported(`id,name,note\n${lines.join('')}`, 11_000)).toEqual(records);
  });

  test('end with the file, whatever its last character', async () => {
    const found = await exported('id,name\n1,ünï\n2,c\n3,日本', 10);
    expect(found).toEqual([
      ['1', 'ünï'],
      ['2', 'c'],
      ['3', '日本'],
    ]);
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0xc3, 0x28])],
    ['half a character', Buffer.from([0xe6, 0x97])],
    ['a zero byte', Buffer.from([0])],
    ['a stray quote', Buffer.from('a"b')],
    ['a field too many', Buffer.from('a,b')],
  ])('leave %s to others', async (_what, bytes) => {
    const before = Buffer.from('id,name\n1,ünï\n2,');
    const inside = exported(Buffer.concat([before, bytes, Buffer.from('\n3,d\n')]), 10);
    await expect(inside).rejects.toMatchObject({ code: 'bulk.not-certain' });
    const atEnd = exported(Buffer.concat([before, bytes]), 10);
    await expect(atEnd).rejects.toMatchObject({ code: 'bulk.not-certain' });
  });
});
