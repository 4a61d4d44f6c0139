import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { defences } from './defences.ts';

const path = (file: string): string => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

/** Whether its test notices is the proof's affair and takes long; that it can be taken away at all is seen here, at once. */
test.each(defences.map((defence) => [defence.attack, defence] as const))(
  'the defence against %s is there, once, and so is its test',
  (_attack, { file, from, test: testFile, name }) => {
    expect(readFileSync(path(file), 'utf8').split(from)).toHaveLength(2);
    expect(existsSync(path(testFile))).toBe(true);
    expect(name).not.toBe('');
  },
);

test('no two attacks have one name: the result of one would hide the other', () => {
  const names = defences.map(({ attack }) => attack);
  expect(names).toEqual([...new Set(names)]);
});
