import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runJourney } from './run-journey.ts';

/** Names of the journeys of this folder that need a MariaDB, that take long (with an org of Salesforce, and without), and of the others. */
export function journeyFiles(
  which: 'with-mariadb' | 'long' | 'long-salesforce' | 'others',
): readonly string[] {
  return readdirSync(import.meta.dirname).filter((name) => {
    if (!name.endsWith('.journey')) return false;
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    if (/^\$ ssh-/m.test(text) && !hasOpenSsh()) return false;
    const kind = / = mariadb /.test(text)
      ? 'with-mariadb'
      : !name.endsWith('.long.journey')
        ? 'others'
        : / = salesforce /.test(text)
          ? 'long-salesforce'
          : 'long';
    return kind === which;
  });
}

export async function runFile(name: string): Promise<void> {
  await runJourney(join(import.meta.dirname, name));
}

/** OpenSSH 8.1 or later, whose `ssh-keygen` signs. */
function hasOpenSsh(): boolean {
  const told = spawnSync('ssh-keygen', ['-Y', 'sign']).stderr?.toString() ?? '';
  const there = told !== '' && !/unknown option|usage:.*illegal/i.test(told);
  if (!there) console.warn('skipped: there is no ssh-keygen here that can sign');
  return there;
}
