import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { openPracticeSalesforce } from '../../src/practice/index.ts';
import { readText } from '../tidy/source-tree.ts';

const blocks = ['docs/reference/practice-salesforce.md', 'docs/guides/practice-systems.md'].flatMap((page) =>
  [...readText(page).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => parse(match[1] ?? '') as object),
);

test('the pages show an org and faults', () => {
  expect(blocks.map((block) => ('seed' in block ? 'faults' : 'org'))).toEqual(['org', 'faults', 'faults']);
});

test.each(blocks)('what a page shows can stand in its file: %o', async (block) => {
  const given = 'seed' in block ? { faults: block } : { org: block };
  await using server = await openPracticeSalesforce({ state: ':memory:', ...given });
  expect((await fetch(`${server.url}/__practice/state`)).status).toBe(200);
});
