import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTextFile } from './read-text-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'godwit-text-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(content: string | Uint8Array): string {
  const path = join(folder, 'a.yaml');
  writeFileSync(path, content);
  return readTextFile(path, 'a.yaml');
}

test('a byte order mark is none of the text', () => {
  expect(read('\uFEFFformat: 1\r\n')).toBe('format: 1\r\n');
});

test.each([
  ['Latin-1', Buffer.from('a: 1\nb: Z\xfcrich\n', 'latin1'), 2],
  ['UTF-16', Buffer.from('\uFEFFa: 1\n', 'utf16le'), 1],
  ['a character cut off at the end', Buffer.from('a: 1\n\n\xc3', 'latin1'), 3],
])('%s is refused, with its line', (_what, content, line) => {
  expect(() => read(content)).toThrow(
    expect.objectContaining({ code: 'project.unreadable-text', where: { file: 'a.yaml', line } }),
  );
});

test('a file that no person wrote is refused before it is read', () => {
  expect(() => read('# more\n'.repeat(1_000_000))).toThrow(
    expect.objectContaining({
      code: 'project.unreadable-text',
      detail: expect.stringContaining('7000000') as string,
    }),
  );
});
