import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readText, repositoryRoot } from './source-tree.ts';

/** The rows of the product, by chapter; W marks those that also need the web page. */
const chapters: Readonly<Record<string, number>> = {
  A: 6,
  B: 3,
  C: 9,
  D: 5,
  E: 5,
  F: 5,
  G: 8,
  H: 7,
  I: 5,
  J: 2,
  K: 3,
  L: 4,
  M: 4,
  S: 11,
  Z: 18,
};
const ids = Object.entries(chapters).flatMap(([chapter, count]) =>
  Array.from({ length: count }, (_, at) => `${chapter}${at + 1}`),
);

const rows = readText('docs/reference/coverage.md')
  .split('\n')
  .flatMap((line) => {
    const match = /^\| ([A-Z]\d+)( W)? \| (.+?) \| (none|part|works) \| (.*?) \|$/.exec(line);
    return match
      ? [{ id: match[1] ?? '', web: match[2] !== undefined, status: match[4] ?? '', proof: match[5] ?? '' }]
      : [];
  });

test('every row of the product is there, once, in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

test('what is said to work, or to work in part, names tests that exist', () => {
  const unproven = rows.filter(({ status, proof }) => status !== 'none' && proofs(proof).length === 0);
  expect(unproven.map(({ id }) => id)).toEqual([]);
  const missing = rows.flatMap(({ id, proof }) =>
    proofs(proof)
      .filter((path) => !existsSync(join(repositoryRoot, path)))
      .map((path) => `${id}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('nothing that needs the web page is said to work before there is one', () => {
  const page = existsSync(join(repositoryRoot, 'web'));
  expect(rows.filter(({ web, status }) => web && status === 'works' && !page).map(({ id }) => id)).toEqual(
    [],
  );
});

function proofs(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap((match) => match[1] ?? []);
}
