import { describe, expect, test } from 'vitest';
import { listVerbs, referencePages } from '../docs/reference-pages.ts';
import { faultsOfMentions, mentionsIn } from './mentioned-verbs.ts';
import { listFiles, readText } from './source-tree.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...listFiles('docs', '.md'),
  ...listFiles('tests', 'README.md'),
];
const verbs = listVerbs();

describe('the documentation', () => {
  test.each(Object.entries(referencePages))('%s is what the code says (else: npm run docs)', (path, page) => {
    expect(readText(path)).toBe(page());
  });

  test('names no verb and no flag that does not exist', () => {
    expect(
      pages.flatMap((page) =>
        faultsOfMentions(mentionsIn(readText(page)), verbs).map((fault) => `${page}: ${fault}`),
      ),
    ).toEqual([]);
  });

  test('messages of the code name no verb and no flag that does not exist', () => {
    const shipped = listFiles('src', '.ts').filter((path) => !/\.(test|contract)\.ts$/.test(path));
    const faults = shipped.flatMap((path) =>
      faultsOfMentions(mentionsIn(readText(path).replaceAll('\\`', '`')), verbs).map(
        (fault) => `${path}: ${fault}`,
      ),
    );
    expect(faults).toEqual([]);
  });
});

describe('the check of verbs', () => {
  test.each([
    ['a verb nobody has', 'run `godwit fit` first'],
    ['a verb without its second word', 'sign with `godwit approve`'],
    ['a second word nobody has', '`godwit approve everything`'],
    ['a flag nobody has', '`godwit run --force`'],
    ['a flag of another verb', '`godwit run --full`'],
    ['a command in a block', '```sh\ncd x && godwit undo\n```'],
    ['a command behind a variable', "```sh\nGODWIT_KEY_PASSPHRASE='a b' godwit key new\n```"],
  ])('%s is refused', (_name, text) => {
    expect(faultsOfMentions(mentionsIn(text), verbs)).toHaveLength(1);
  });

  test.each([
    '`godwit rehearse --full`, `godwit --version`, `godwit run --help`',
    'the bird godwit flies; godwit reads it',
    "```sh\nGODWIT_KEY_PASSPHRASE='a b' godwit approve runbook --key keys/ben.key\n```",
    '```\ngodwit wrote this line as a result\n```',
  ])('%s passes', (text) => {
    expect(faultsOfMentions(mentionsIn(text), verbs)).toEqual([]);
  });
});
