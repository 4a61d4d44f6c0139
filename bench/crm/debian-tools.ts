import { execFileSync } from 'node:child_process';
import { runCommand } from './run-command.ts';

/** The programs godwit is measured beside, and the Debian packages that bring them. */
const packages: Readonly<Record<string, string>> = {
  psql: 'postgresql-client',
  pg_dump: 'postgresql-client',
  pg_restore: 'postgresql-client',
  pgcopydb: 'pgcopydb',
  mariadb: 'mariadb-client',
  pgloader: 'pgloader',
  sqlite3: 'sqlite3',
};

/**
 * Installs what is missing, where the package manager and the right to use it are there, and says so on the error output.
 * Answers with the programs that are still missing: what needs them is left out, and said to be.
 */
export async function missingTools(programs: readonly string[]): Promise<readonly string[]> {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0 || !isThere('apt-get') || process.getuid?.() !== 0) return missing;
  const wanted = [...new Set(missing.flatMap((program) => packages[program] ?? []))];
  console.error(`installing ${wanted.join(', ')} with apt-get`);
  try {
    await runCommand('apt-get', ['update', '-qq']);
    await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted]);
  } catch (error) {
    console.error(String(error));
  }
  return programs.filter((program) => !isThere(program));
}

/** The line in which a program tells its version. */
export async function versionOf(program: string): Promise<string> {
  const lines = (await runCommand(program, ['--version'])).split('\n');
  return lines.find((line) => line.startsWith(program)) ?? '';
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
