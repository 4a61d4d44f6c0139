import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settingsOf(text: string): Settings {
  const path = join(folder, 'godwit.yaml');
  writeFileSync(path, text);
  return readSettings(path);
}

const systems = (files: string): string => `format: 1
project: crm
systems:
  source:
    kind: csv
    folder: exports
${files}  target: { kind: sqlite, path: new.sqlite }
`;

test('what is left out is settled, and nothing is guessed by YAML', () => {
  const settings = settingsOf(systems(''));
  expect(settings.run).toEqual({ rows_per_slice: 5000, slices_at_once: 2, valid_days: 14 });
  expect(settings.approvals).toEqual({
    role: 'approver',
    people: 1,
    for_risk: { irreversible: null, overwriting: null, losing: null },
    break_glass: null,
  });
  expect(settings.systems.source).toEqual({ kind: 'csv', folder: 'exports', files: null });
});

test('a key with a time is a key, and one revoked at an instant counted until then', () => {
  const { people } = settingsOf(
    `${systems('')}people:
  - name: Ada
    roles: [author]
    keys: [ed25519:a, { key: ed25519:b, from: 2026-11-01T00:00Z }]
    revoked: [ed25519:c, { key: ed25519:d, at: 2026-11-20T08:30:15Z }, { key: ed25519:a, at: 2026-12-01T00:00Z }]
`,
  );
  expect(people).toEqual([
    {
      name: 'Ada',
      roles: ['author'],
      keys: ['ed25519:a', 'ed25519:b', 'ed25519:d'],
      revoked: ['ed25519:c'],
      windows: [
        { key: 'ed25519:b', notBefore: '2026-11-01T00:00:00.000Z', notAfter: null },
        { key: 'ed25519:d', notBefore: null, notAfter: '2026-11-20T08:30:15.000Z' },
        { key: 'ed25519:a', notBefore: null, notAfter: '2026-12-01T00:00:00.000Z' },
      ],
    },
  ]);
});

test('a revoked key stands beside the keys of its person', () => {
  const { people } = settingsOf(
    `${systems('')}people:\n  - { name: Ada, roles: [author], keys: [ed25519:a], revoked: [ed25519:b] }\n`,
  );
  expect(people).toEqual([{ name: 'Ada', roles: ['author'], keys: ['ed25519:a'], revoked: ['ed25519:b'] }]);
});

test.each([
  ['a key nobody knows', systems('').replace('folder:', 'foldr:'), /foldr.*Did you mean folder/s],
  [
    'an encoding nobody knows',
    systems('    files: { people: { encoding: klingon } }\n'),
    /klingon.*windows-1252/s,
  ],
  ['a secret in the file', systems('').replace('sqlite, path', 'sqlite, password: x, path'), /password/],
  ['a newer format', systems('').replace('format: 1', 'format: 2'), /Accepted: 1/],
])('%s is refused with its place', (_name, text, message) => {
  expect(() => settingsOf(text)).toThrow(message);
  expect(() => settingsOf(text)).toThrow(/godwit\.yaml:\d+:\d+/);
});

test('another system to rehearse in is for targets that make none, and of their kind', () => {
  const org = (port: number): string =>
    `{ kind: salesforce, instance: 'http://127.0.0.1:${port}', sign_in: { by: access-token, token_env: T } }`;
  const naming = (target: string, sandbox: string): string =>
    `format: 1\nproject: crm\nsystems:\n  source: { kind: csv, folder: x }\n  target: ${target}\n  sandbox: ${sandbox}\n`;
  expect(settingsOf(systems('')).systems.sandbox).toBeNull();
  expect(settingsOf(naming(org(1), org(2))).systems.sandbox).toMatchObject({
    instance: 'http://127.0.0.1:2',
  });
  const file = '{ kind: sqlite, path: x.sqlite }';
  expect(() => settingsOf(naming(org(1), file))).toThrow(/a sandbox of the same kind as the target/);
  expect(() => settingsOf(naming(file, file))).toThrow(/any other makes its own/);
});
