import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkLaws, writeLaw } from './laws.ts';
import { listFiles, readSourceFile, readText, repositoryRoot } from './source-tree.ts';

const source = listFiles('src', '.ts').map((path) => readSourceFile(path));

describe('the house', () => {
  test('keeps its laws', () => {
    expect(source.length).toBeGreaterThan(20);
    expect([...checkLaws(source), ...writeLaw(source)]).toEqual([]);
  });

  test('has a door in every room that others enter', () => {
    const rooms = new Set(source.flatMap(({ path }) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []));
    rooms.delete('cli');
    expect([...rooms].filter((room) => !existsSync(join(repositoryRoot, 'src', room, 'index.ts')))).toEqual(
      [],
    );
  });

  test('has a page for every code, and a code for every page', () => {
    const pages = listFiles('docs/errors', '.md')
      .map((path) => basename(path, '.md'))
      .filter((name) => name !== 'README');
    const text = source
      .filter(({ path }) => !/\.(test|contract)\.ts$/.test(path))
      .map((file) => file.text)
      .join('\n');
    const rooms =
      'audit|approval|cli|drill|engine|expression|files|fit|host|http|journal|key|ledger|lookup|mapping|mysql|plan|postgres|practice|profile|project|rehearsal|report|risk|runbook|sqlite|target|value|warrant';
    const literal = new RegExp(`'((?:${rooms})\\.[a-z][a-z0-9-]*)'`, 'g');
    // What the ledger calls things the engine did, and names of files, look like codes and are none.
    const otherNames = /\.(?:yaml|json|md|sqlite|html|source|target)$|^engine\.(?:step|slices|undo)-/;
    const codes = new Set(
      [...text.matchAll(literal)].flatMap((match) => match[1] ?? []).filter((code) => !otherNames.test(code)),
    );
    expect(
      [...codes].filter((code) => !pages.includes(code)).sort(),
      'codes without docs/errors/<code>.md',
    ).toEqual([]);
    expect(pages.filter((page) => !text.includes(`'${page}'`)).sort(), 'pages without a code').toEqual([]);
  });

  test('speaks of itself alone', () => {
    const machinePath = /(?:^|[\s"'`(=])\/(?:work|farm|home|Users)\/[a-z]/m;
    const files = ['src', 'tests', 'docs', 'bench', 'demo'].flatMap((folder) =>
      existsSync(join(repositoryRoot, folder))
        ? ['.ts', '.md', '.js'].flatMap((ending) => listFiles(folder, ending))
        : [],
    );
    expect(
      files.filter((path) => path !== 'tests/tidy/tidy.test.ts' && machinePath.test(readText(path))),
    ).toEqual([]);
    const lock = readText('package-lock.json');
    expect(/"resolved": "http/.test(lock), 'package-lock.json holds download addresses').toBe(false);
  });
});
