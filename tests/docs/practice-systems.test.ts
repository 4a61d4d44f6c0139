import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { openPracticeHubspot, openPracticeSalesforce } from '../../src/practice/index.ts';
import { readText } from '../tidy/source-tree.ts';

const pages = ['practice-salesforce', 'practice-hubspot'].map((name) => `docs/reference/${name}.md`);
const blocks = [...pages, 'docs/guides/practice-systems.md'].flatMap((page) =>
  [...readText(page).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => parse(match[1] ?? '') as object),
);

function kindOf(block: object): 'faults' | 'account' | 'org' {
  if ('seed' in block) return 'faults';
  return 'zone' in block ? 'account' : 'org';
}

test('the pages show an org, accounts and faults', () => {
  const ofGuide = ['faults', 'account', 'account', 'org', 'faults'];
  expect(blocks.map(kindOf)).toEqual(['org', 'faults', 'account', ...ofGuide]);
});

test.each(blocks)('what a page shows can stand in its file: %o', async (block) => {
  const kind = kindOf(block);
  const options = { state: ':memory:', [kind]: block };
  await using server = await (kind === 'account'
    ? openPracticeHubspot(options)
    : openPracticeSalesforce(options));
  expect((await fetch(`${server.url}/__practice/state`)).status).toBe(200);
});
