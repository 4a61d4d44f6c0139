import { expect, test } from 'vitest';
import { checkLaws, writeLaw } from './laws.ts';
import { readSourceFile } from './source-tree.ts';

/** Each law is broken on purpose: a check that cannot fail proves nothing. */
const planted = (files: Record<string, string>): readonly string[] => {
  const source = Object.entries(files).map(([path, text]) => readSourceFile(path, text));
  return [...checkLaws(source), ...writeLaw(source)].map(({ law }) => law);
};

test.each([
  ['a room above', 'floors', { 'src/host/a.ts': "import { x } from '../engine/index.ts';" }],
  ['a room beside', 'floors', { 'src/profile/a.ts': "import type { X } from '../audit/index.ts';" }],
  ['a room by the window', 'door', { 'src/engine/a.ts': "import { x } from '../model/value.ts';" }],
  ['a room nobody knows', 'rooms', { 'src/stuff/a.ts': 'export const a = 1;' }],
  [
    'mapping reaching a connector',
    'floors',
    { 'src/mapping/a.ts': "import { x } from '../connectors/index.ts';" },
  ],
  ['runbook reaching profile', 'floors', { 'src/runbook/a.ts': "export { x } from '../profile/index.ts';" }],
  [
    'a cycle',
    'cycles',
    { 'src/engine/a.ts': "import './b.ts';", 'src/engine/b.ts': "import type { A } from './a.ts';" },
  ],
  ['a drawer as a file', 'drawers', { 'src/engine/utils.ts': 'export const a = 1;' }],
  ['a drawer as a folder', 'drawers', { 'src/engine/helpers/a.ts': 'export const a = 1;' }],
  ['a driver off its shelf', 'drivers', { 'src/engine/a.ts': "import pg from 'pg';" }],
  ['a driver loaded late', 'drivers', { 'src/audit/a.ts': "const pg = await import('pg');" }],
  [
    'a driver by a computed name',
    'drivers',
    { 'src/audit/a.ts': "const name = 'pg'; const pg = await import(name);" },
  ],
  [
    'node:sqlite beside its file',
    'drivers',
    { 'src/connectors/sqlite/a.ts': "import { DatabaseSync } from 'node:sqlite';" },
  ],
  [
    'a shelf entering a shelf',
    'shelves',
    { 'src/connectors/sqlite/a.ts': "import { x } from '../postgres/index.ts';" },
  ],
  ['the environment', 'environment', { 'src/engine/a.ts': 'export const a = process.env.HOME;' }],
  ['the environment by brackets', 'environment', { 'src/cli/a.ts': "export const a = process['env'];" }],
  ['a clock', 'clocks', { 'src/engine/a.ts': 'export const a = Date.now();' }],
  ['randomness', 'clocks', { 'src/ledger/a.ts': 'export const a = Math.random();' }],
  [
    'a thinking room with a machine',
    'thinking',
    { 'src/runbook/a.ts': "import { readFileSync } from 'node:fs';" },
  ],
  ['a thinking room with Buffer', 'thinking', { 'src/mapping/a.ts': "export const a = Buffer.from('x');" }],
  [
    'a warrant made in the engine',
    'warrant',
    { 'src/engine/a.ts': 'export const w = Warrant.issue(content);' },
  ],
  [
    'a warrant made in project',
    'warrant',
    { 'src/project/a.ts': 'export const w = Warrant.issue(content);' },
  ],
  [
    'an engine writing without a warrant',
    'warrant',
    { 'src/engine/a.ts': 'await target.writes.writeSlice(slice);' },
  ],
  ['audit importing engine', 'floors', { 'src/audit/a.ts': "import { x } from '../engine/index.ts';" }],
  [
    'drafts reaching a connector',
    'paths',
    {
      'src/drafts/a.ts': "import { x } from '../profile/index.ts';",
      'src/profile/index.ts': "export { x } from '../connectors/index.ts';",
      'src/connectors/index.ts': 'export const x = 1;',
    },
  ],
])('%s is refused', (_name, law, files) => {
  expect(planted(files as Record<string, string>)).toContain(law);
});

test('what the laws allow passes', () => {
  expect(
    planted({
      'src/engine/a.ts': "import { x } from '../connectors/index.ts';\nexport const a = x;",
      'src/connectors/index.ts': "export { postgres } from './postgres/index.ts';",
      'src/connectors/postgres/index.ts': "import pg from 'pg';\nexport const postgres = pg;",
      'src/runbook/a.ts':
        '// process.env and Date.now() in a comment\nexport const w = Warrant.issue(content);',
      'src/project/a.ts': 'export const a = process.env;',
    }),
  ).toEqual([]);
});
