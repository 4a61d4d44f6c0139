import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { initProject } from '../../src/index.ts';
import { expectWalk } from './expect-walk.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

test.skipIf(process.platform === 'win32').each([
  ['docs/guides/mapping-recipes.md', 6],
  ['docs/guides/use-from-scripts.md', 6],
])('%s does what it says (skipped on Windows: it has no POSIX shell)', { timeout: 120_000 }, (page, blocks) =>
  expectWalk(page, blocks),
);

test('the program of docs/guides/use-as-a-library.md runs', async () => {
  const page = readFileSync(join(root, 'docs/guides/use-as-a-library.md'), 'utf8');
  const program = /^```ts\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'godwit-library-'));
  try {
    for (const name of ['old', 'new']) {
      using file = new DatabaseSync(join(folder, `${name}.sqlite`));
      file.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)');
      if (name === 'old') file.exec("INSERT INTO notes VALUES (1, 'one'), (2, NULL)");
    }
    await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
    const path = join(folder, 'program.mts');
    writeFileSync(path, program.replace("from 'godwit'", `from '${join(root, 'src/index.ts')}'`));
    const ended = spawnSync(process.execPath, [path, folder], { encoding: 'utf8' });
    expect(ended.stderr).not.toContain('Error');
    expect(ended.stdout).toBe('objects, parents first: notes\nnotes: 2 records tried\n');
    expect(ended.status).toBe(0);
    const refused = spawnSync(process.execPath, [path, tmpdir()], { encoding: 'utf8' });
    expect(refused.stderr).toContain('project.not-found');
    expect(refused.status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
