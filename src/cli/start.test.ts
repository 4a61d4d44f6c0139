import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'godwit-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a verb loads, as paths: of godwit from `src/`, of packages their names. */
function loadedBy(...words: readonly string[]): readonly string[] {
  const hook = join(folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
     const loaded = [];
     registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
     process.on('exit', () => process.stderr.write(JSON.stringify(loaded)));`,
  );
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const { stderr, status } = spawnSync(process.execPath, ['--import', hook, main, ...words], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const urls = JSON.parse(stderr.slice(stderr.lastIndexOf('["'))) as readonly string[];
  return urls.map((url) =>
    url.replace(/^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/, '$1').replace(/^.*\/src\//, ''),
  );
}

test('a start loads what the verb uses: of the shelves those it opens, of the verbs its own', () => {
  mkdirSync(join(folder, 'records'));
  writeFileSync(join(folder, 'records', 'members.csv'), 'id,name\n1,Ada\n');
  const systems = ['source', 'target'].map((role) => `  ${role}: { kind: csv, folder: records }\n`);
  writeFileSync(
    join(folder, 'godwit.yaml'),
    `format: 1\nproject: start\nsystems:\n${systems.join('')}people: []\n`,
  );
  const loaded = loadedBy('inspect', '--project', folder);
  expect(loaded).toContain('connectors/files/system.ts');
  expect(loaded).toContain('project/inspect-systems.ts');
  // Neither here nor there a ledger in a database, nor its driver.
  const others = [
    'connectors/postgres/stored-lines.ts',
    'connectors/postgres/system.ts',
    'connectors/mysql/system.ts',
    'connectors/sqlite/system.ts',
    'pg',
  ];
  const notIts = [
    'project/rehearse.ts',
    'project/run-migration.ts',
    'profile/index.ts',
    '@clack/prompts',
    'log-update',
  ];
  expect(loaded.filter((path) => [...others, ...notIts].includes(path))).toEqual([]);
});
