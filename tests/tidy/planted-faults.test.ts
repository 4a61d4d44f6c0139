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
  ['a driver by require', 'drivers', { 'src/audit/a.ts': "const pg = require('pg');" }],
  [
    'a driver by createRequire',
    'drivers',
    { 'src/audit/a.ts': "import { createRequire as c } from 'node:module';\nc(import.meta.url)('pg');" },
  ],
  [
    'a driver as a built-in by name',
    'drivers',
    { 'src/audit/a.ts': "const sqlite = process.getBuiltinModule('node:sqlite');" },
  ],
  [
    'a durable engine outside the journal',
    'drivers',
    { 'src/engine/a.ts': "import { DBOS } from '@dbos-inc/dbos-sdk';" },
  ],
  [
    'a reader of files off its shelf',
    'drivers',
    { 'src/profile/a.ts': "import { parse } from 'csv-parse';" },
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
  [
    'a format entering a shelf',
    'shelves',
    { 'src/connectors/binary-copy/a.ts': "import { x } from '../postgres/index.ts';" },
  ],
  [
    'a format entered past its door',
    'shelves',
    { 'src/connectors/sqlite/a.ts': "import { x } from '../binary-copy/copy-chunk.ts';" },
  ],
  ['the environment', 'environment', { 'src/engine/a.ts': 'export const a = process.env.HOME;' }],
  ['the environment by brackets', 'environment', { 'src/cli/a.ts': "export const a = process['env'];" }],
  ['the environment unpacked', 'environment', { 'src/engine/a.ts': 'const { env } = process;' }],
  ['the environment imported', 'environment', { 'src/engine/a.ts': "import { env } from 'node:process';" }],
  ['the environment handed on', 'environment', { 'src/engine/a.ts': 'read(process);' }],
  [
    'the environment of all',
    'environment',
    { 'src/cli/a.ts': 'export const a = globalThis.process?.env.HOME;' },
  ],
  ['a clock', 'clocks', { 'src/engine/a.ts': 'export const a = Date.now();' }],
  ['a clock without brackets', 'clocks', { 'src/engine/a.ts': 'export const a = new Date;' }],
  ['a clock as text', 'clocks', { 'src/engine/a.ts': 'export const a = Date();' }],
  ['a clock of the process', 'clocks', { 'src/engine/a.ts': 'export const a = process.hrtime.bigint();' }],
  [
    'a clock between two marks of comments',
    'clocks',
    { 'src/engine/a.ts': "const a = ['/*', Date.now(), '*/'];" },
  ],
  ['a timer', 'clocks', { 'src/engine/a.ts': 'setTimeout(() => undefined, 3);' }],
  [
    'a timer imported',
    'clocks',
    { 'src/engine/a.ts': "import { setTimeout as s } from 'node:timers/promises';" },
  ],
  ['a timer in a signal', 'clocks', { 'src/engine/a.ts': 'export const a = AbortSignal.timeout(3);' }],
  ['a random id', 'clocks', { 'src/engine/a.ts': 'export const a = crypto.randomUUID();' }],
  ['random bytes', 'clocks', { 'src/engine/a.ts': "import { randomBytes } from 'node:crypto';" }],
  ['randomness', 'clocks', { 'src/ledger/a.ts': 'export const a = Math.random();' }],
  [
    'a thinking room with a machine',
    'thinking',
    { 'src/runbook/a.ts': "import { readFileSync } from 'node:fs';" },
  ],
  [
    'a thinking room with a machine without its prefix',
    'thinking',
    { 'src/risk/a.ts': "import fs from 'fs';" },
  ],
  ['a thinking room with a driver', 'drivers', { 'src/expressions/a.ts': "import pg from 'pg';" }],
  ['a thinking room with a network', 'thinking', { 'src/model/a.ts': "await fetch('https://example.org');" }],
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
    'a warrant under another name',
    'warrant',
    {
      'src/engine/a.ts':
        "import { Warrant as W } from '../model/index.ts';\nexport const w = W.issue(content);",
    },
  ],
  [
    'a warrant by the name of its room',
    'warrant',
    {
      'src/project/a.ts':
        "import * as m from '../model/index.ts';\nexport const w = m.Warrant.issue(content);",
    },
  ],
  [
    'a rehearsal writing past the engine',
    'warrant',
    { 'src/rehearsal/a.ts': 'await target.writes?.writeSlice(slice);' },
  ],
  [
    'an engine writing by brackets',
    'warrant',
    { 'src/engine/a.ts': "await target['writes'].writeSlice(slice);" },
  ],
  [
    'an engine unpacking a target',
    'warrant',
    { 'src/engine/a.ts': 'const { writes } = target;\nawait writes.writeSlice(slice);' },
  ],
  [
    'the one file that writes, not asking',
    'warrant',
    { 'src/engine/warranted-target.ts': 'await system.writes.writeSlice(slice);' },
  ],
  [
    'an engine writing without a warrant',
    'warrant',
    { 'src/engine/a.ts': 'await target.writes.writeSlice(slice);' },
  ],
  [
    'audit reaching engine through a third room',
    'paths',
    {
      'src/audit/a.ts': "import type { X } from '../profile/index.ts';",
      'src/profile/index.ts': "export type { X } from '../engine/index.ts';",
      'src/engine/index.ts': 'export type X = 1;',
    },
  ],
  [
    'mapping reaching a connector through a third room',
    'paths',
    {
      'src/mapping/a.ts': "import { x } from '../audit/index.ts';",
      'src/audit/index.ts': "export { x } from '../connectors/index.ts';",
      'src/connectors/index.ts': 'export const x = 1;',
    },
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

test.each([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'shared',
  'misc',
  'lib',
  'types',
  'constants',
  'interfaces',
])('no file or folder is named %s', (name) => {
  expect(planted({ [`src/engine/${name}.ts`]: '' })).toContain('drawers');
  expect(planted({ [`src/engine/${name}/slice.ts`]: '' })).toContain('drawers');
});

test('what the laws allow passes', () => {
  expect(
    planted({
      'src/engine/a.ts': "import { x } from '../connectors/index.ts';\nexport const a = x;",
      'src/connectors/index.ts': "export { postgres } from './postgres/index.ts';",
      'src/connectors/postgres/index.ts': "import pg from 'pg';\nexport const postgres = pg;",
      'src/runbook/a.ts':
        '// process.env and Date.now() in a comment\nexport const w = Warrant.issue(content);',
      'src/project/a.ts': 'export const a = process.env;\nawait target.writes?.applied(run);',
      'src/cli/a.ts':
        'process.on("SIGINT", stop);\nconst { argv } = process;\nexport const { pid } = process;',
      'src/engine/b.ts':
        "import type { Warrant } from '../model/index.ts';\nexport const at = (w: Warrant, clock: Clock): Date => new Date(clock.now());\nconst text = 'Date.now() and process.env';",
      'src/model/index.ts': 'export class Warrant {}',
    }),
  ).toEqual([]);
});
