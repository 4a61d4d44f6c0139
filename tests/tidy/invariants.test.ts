import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { listFiles, readText } from './source-tree.ts';

const page = readText('docs/internals/engine.md');
const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.+) \|$/gm)].map(
  ([, number, what = '', guards = '']) => ({
    number: Number(number),
    what,
    guards,
  }),
);

test('the invariants of the engine have one number each, the same in its door and on its page', () => {
  const door = [...readText('src/engine/index.ts').matchAll(/^ \* (\d+)\. /gm)].map(([, number]) =>
    Number(number),
  );
  expect(door).toEqual(door.map((_number, at) => at + 1));
  expect(rows.map(({ number }) => number)).toEqual(door);
});

test('every invariant names a test that is there', () => {
  const there = new Set(
    ['src', 'tests'].flatMap((folder) => listFiles(folder, '.ts')).map((path) => basename(path)),
  );
  for (const { number, guards } of rows) {
    const named = [...guards.matchAll(/`([\w-]+(?:\.long)?\.(?:test|contract)\.ts)`/g)].map(
      ([, name]) => name,
    );
    expect(named.length + Number(/`tests\//.test(guards)), `invariant ${number}: ${guards}`).toBeGreaterThan(
      0,
    );
    for (const name of named) expect(there, `invariant ${number}`).toContain(name);
  }
});
