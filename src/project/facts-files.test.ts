import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readFacts, writeFacts } from './facts-files.ts';
import type { Project } from './project.ts';

it('writes in pieces what would be written at once, and reads it again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-facts-'));
  const project = { folder: { facts: folder } } as Project;
  const shared = { kind: 'integer', bits: 64 };
  const facts = {
    formatVersion: 1,
    namespace: null,
    none: [],
    empty: {},
    unsaid: undefined,
    relations: [
      {
        name: 'a: "b"',
        fields: [
          { name: '#', type: shared, text: 'one\n  two\n\n' },
          { name: '', type: shared },
        ],
        nothing: [],
      },
      { name: 'x'.repeat(300), fields: [], words: ['- a', '', 'é\u0007', '1e3', 'null'] },
    ],
    plain: ["it's", 5, null, true, ['nested', ['deep']], []],
    last: { counts: { a: 1 }, list: [{ b: [1, 2] }] },
  };
  try {
    const path = writeFacts(project, 'fit', facts);
    const [, ...lines] = readFileSync(path, 'utf8').split('\n');
    expect(lines.join('\n')).toBe(stringify(facts, { lineWidth: 0, aliasDuplicateObjects: false }));
    expect(readFacts(project, 'fit')).toEqual(facts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
