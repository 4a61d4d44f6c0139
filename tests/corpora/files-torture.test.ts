import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextFor, relationIn } from '../../src/connectors/contract/contract-world.contract.ts';
import { table } from '../../src/connectors/contract/neutral-relations.contract.ts';
import { writeRows, writesOf } from '../../src/connectors/contract/write-slices.contract.ts';
import { FolderOfFiles, readFileContent } from '../../src/connectors/files/folder-of-files.contract.ts';
import { filesConnector } from '../../src/connectors/index.ts';
import { isGodwitError, type Row, textUnlimited } from '../../src/model/index.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';

const archives = ['7-torture-permissive.tar.zst', '7-torture-testonly.tar.zst'];
const corpora = findCorpora(...archives);
let folder = '';

describe.skipIf(corpora === null)('files that other people broke', () => {
  beforeAll(() => {
    folder = join(unpackCorpora(corpora ?? '', ...archives), '7-torture');
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  test('Pollock: no polluted file is read into something else without a word', async () => {
    const score: Record<string, number> = { right: 0, named: 0, warned: 0, refused: 0, wrong: 0 };
    const wrong: string[] = [];
    const place = join(folder, 'pollock/polluted_files');
    for (const name of readdirSync(join(place, 'csv'))) {
      const verdict = await judgePolluted(place, name);
      score[verdict] = (score[verdict] ?? 0) + 1;
      if (verdict === 'wrong') wrong.push(name);
    }
    process.stdout.write(
      `Pollock, ${Object.values(score).reduce((a, b) => a + b)} files: ${JSON.stringify(score)}\n`,
    );
    expect(wrong).toEqual([]);
    expect([score['warned'], score['refused']]).toEqual([1, 3]);
  });

  test('csv-spectrum: read right, or asked', async () => {
    const asked: string[] = [];
    const place = join(folder, 'csv-spectrum');
    for (const name of readdirSync(join(place, 'csvs'))) {
      const expected = readFileSync(join(place, 'json', name.replace('.csv', '.json')), 'utf8');
      try {
        const { relation, rows } = await readFileContent(readFileSync(join(place, 'csvs', name)));
        const names = relation.fields.map((field) => field.name).slice(0, -1);
        const records = rows.map((row) => Object.fromEntries(names.map((field, at) => [field, row[at]])));
        // The archive's files have lost their CRs; the expectations kept them.
        expect(records, name).toEqual(JSON.parse(expected.replaceAll('\\r\\n', '\\n')));
      } catch (error) {
        if (!isGodwitError(error)) throw error;
        asked.push(name);
      }
    }
    expect(asked).toEqual(['location_coordinates.csv']);
  });

  test('JSONTestSuite: what must be accepted is, what must be refused is', async () => {
    const odd: string[] = [];
    const place = join(folder, 'jsontestsuite/test_parsing');
    for (const name of readdirSync(place)) {
      const verdict = await judgeJson(readFileSync(join(place, name)));
      const accepted = verdict === 'read' || verdict === 'files.not-an-object';
      if ((name.startsWith('y_') && !accepted) || (name.startsWith('n_') && accepted))
        odd.push(`${name} ${verdict}`);
    }
    // Two equal keys are legal JSON, but nobody knows which value counts; the line end inside a string was taken out to make one line of it.
    expect(odd).toEqual([
      'n_string_unescaped_newline.json files.not-an-object',
      'y_object_duplicated_key.json files.duplicate-key',
      'y_object_duplicated_key_and_value.json files.duplicate-key',
    ]);
  });

  test.each(['csv', 'jsonl'] as const)(
    'naughty strings come back from %s as they went in',
    async (format) => {
      const strings = JSON.parse(readFileSync(join(folder, 'blns/blns.json'), 'utf8')) as string[];
      const rows = strings.map((text, at): Row => [String(at), text]);
      await using files = new FolderOfFiles(format);
      await using target = await filesConnector(format).open(files.address, contextFor('target'));
      const relation = table('naughty', { id: textUnlimited, text: textUnlimited });
      const neutral = {
        formatVersion: 1,
        kind: 'sqlite',
        version: '',
        namespace: null,
        objects: [],
      } as const;
      const schema = { ...neutral, relations: [relation] };
      await target.creates?.create(target.creates.statements(schema, ['naughty']));
      const written = await writeRows(target, 'naughty', { fields: ['id', 'text'], rows });
      await writesOf(target).finish('run-1');
      expect(written.refused).toEqual([]);
      expect((await relationIn(target, 'naughty')).fields.length).toBe(3);
      const { rows: found, bad } = await files.read('naughty');
      expect(bad).toEqual([]);
      expect(found.map((row) => row.slice(0, 2))).toEqual(rows);
    },
  );
});

/**
 * `named`: some records are bad and said so, all others are right. `warned`: a record is well formed but not what was meant,
 * in a file of which other records were named (a second table of another dialect behind a repeated header).
 */
async function judgePolluted(
  place: string,
  name: string,
): Promise<'right' | 'named' | 'warned' | 'refused' | 'wrong'> {
  const clean: string[][] = parse(readFileSync(join(place, 'clean', name)), { relax_column_count: true });
  const expected = new Set(clean.map((record) => JSON.stringify(record)));
  try {
    const { rows, bad } = await readFileContent(readFileSync(join(place, 'csv', name)));
    const found = rows.map((row) => JSON.stringify(row.slice(0, -1)));
    if (found.some((record) => !expected.has(record))) return bad.length > 0 ? 'warned' : 'wrong';
    if (bad.length > 0) return 'named';
    return found.length === clean.length || found.length === clean.length - 1 || clean.length === 0
      ? 'right'
      : 'wrong';
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return 'refused';
  }
}

async function judgeJson(bytes: Buffer): Promise<string> {
  const oneLine = Buffer.from(bytes.map((byte) => (byte === 10 || byte === 13 ? 32 : byte)));
  try {
    const { rows, bad } = await readFileContent(oneLine, {}, 'data.jsonl');
    return bad[0]?.code ?? (rows.length === 1 ? 'read' : 'empty');
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return error.code;
  }
}
