import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('./', import.meta.url);

test('only the warranted target reaches what writes', () => {
  const files = readdirSync(folder).filter((name) => /^(?!.*\.(test|contract)\.ts$).*\.ts$/.test(name));
  const reaching = files.filter((name) =>
    /\.(writes|undoes|creates)\b/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(25);
  expect(reaching).toEqual(['warranted-target.ts']);
});

test('every method of it that writes asks the warrant first', () => {
  const text = readFileSync(new URL('warranted-target.ts', folder), 'utf8');
  const methods = text.split(/\n {2}async (?=\w)/).slice(1);
  const writing = methods.filter((method) =>
    /#(writes|undoes|creates)\(\)\s*\.(prepare|writeSlice|advanceSequences|finish|undoSlice|create)\(/.test(
      method,
    ),
  );
  expect(writing).toHaveLength(6);
  for (const method of writing)
    expect(method).toMatch(/await this\.permit\(step\);\n[^\n]*this\.#(writes|undoes|creates)\(\)/);
});
