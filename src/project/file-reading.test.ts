import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isGodwitError } from '../model/index.ts';
import { readSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';

function settingsWith(said: string): Settings {
  const path = join(mkdtempSync(join(tmpdir(), 'godwit-settings-')), 'godwit.yaml');
  writeFileSync(
    path,
    `format: 1
project: p
systems:
  source:
    kind: csv
    folder: old
    files: { people: ${said} }
  target: { kind: sqlite, path: new.sqlite }
`,
  );
  return readSettings(path);
}

function readingOf(said: string): unknown {
  const { source } = settingsWith(said).systems;
  return source.kind === 'csv' ? source.files?.['people'] : null;
}

test('every option of a file can be said in godwit.yaml', () => {
  expect(
    readingOf(
      '{ encoding: latin-1, compression: gzip, line_end: cr, delimiter: "\\t", escape: "\\\\", header: false, skip_lines: 2, stray_quotes: keep, columns: [a, b], record_bytes_max: 100 }',
    ),
  ).toEqual({
    encoding: 'latin-1',
    compression: 'gzip',
    lineEnd: 'cr',
    delimiter: '\t',
    escape: '\\',
    header: false,
    skipLines: 2,
    strayQuotes: 'keep',
    columns: ['a', 'b'],
    recordBytesMax: 100,
  });
});

test('an option without a value says nothing, except that nothing quotes and nothing is null', () => {
  expect(readingOf('{ delimiter: null, header: null, quote: null, "null": null }')).toEqual({
    quote: null,
    null: null,
  });
  expect(readingOf('{ "null": "" }')).toEqual({ null: '' });
});

test.each([
  ['{ skipLines: 2 }', 'skip_lines'],
  ['{ encoding: ascii }', 'utf-8, utf-16le'],
  ['{ header: perhaps }', 'true or false'],
])('%s is refused with what is accepted', (said, accepted) => {
  try {
    settingsWith(said);
    expect.fail('it was accepted');
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    expect(error.message).toContain(accepted);
  }
});
