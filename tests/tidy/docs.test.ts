import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listVerbs, referencePages } from '../docs/reference-pages.ts';
import { faultsOfMentions, mentionsIn } from './mentioned-verbs.ts';
import { listFiles, readText, repositoryRoot } from './source-tree.ts';

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

  test('leads nowhere that is not there', () => {
    expect(pages.length).toBeGreaterThan(100);
    expect(pages.flatMap((page) => deadLinks(page))).toEqual([]);
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

  test('every page can be reached from docs/README.md', () => {
    const reached = new Set<string>();
    const visit = (page: string): void => {
      if (reached.has(page) || !page.endsWith('.md')) return;
      reached.add(page);
      for (const { path } of linksOf(page)) if (pages.includes(path)) visit(path);
    };
    visit('docs/README.md');
    const named = pages.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/errors/'));
    expect(named.filter((page) => !reached.has(page))).toEqual([]);
  });
});

describe('the check of verbs', () => {
  test.each([
    ['a verb nobody has', 'run `godwit fit` first'],
    ['a verb without its second word', 'sign with `godwit approve`'],
    ['a second word nobody has', '`godwit approve everything`'],
    ['a flag nobody has', '`godwit run --force`'],
    ['a flag of another verb', '`godwit run --full`'],
    ['a command that lacks a flag it needs', '`godwit approve check monitoring --key <file>`'],
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

interface Link {
  readonly target: string;
  /** From the repository's root. */
  readonly path: string;
  readonly anchor: string | undefined;
}

function linksOf(page: string): readonly Link[] {
  const text = readText(page).replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = match[1] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    return [{ target, path: path === '' ? page : posix.join(posix.dirname(page), path), anchor }];
  });
}

function deadLinks(page: string): readonly string[] {
  return linksOf(page).flatMap(({ target, path, anchor }) => {
    if (!existsSync(`${repositoryRoot}/${path}`)) return [`${page}: ${target}`];
    if (anchor === undefined || !path.endsWith('.md') || anchorsOf(path).includes(anchor)) return [];
    return [`${page}: ${target} (no such heading)`];
  });
}

/** As GitHub names headings. */
function anchorsOf(page: string): readonly string[] {
  return [...readText(page).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
