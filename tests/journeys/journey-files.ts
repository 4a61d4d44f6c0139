import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runJourney } from './run-journey.ts';

/** Names of the journeys of this folder that need a MariaDB, or none. */
export function journeyFiles(which: 'with-mariadb' | 'without-mariadb'): readonly string[] {
  return readdirSync(import.meta.dirname).filter((name) => {
    if (!name.endsWith('.journey')) return false;
    const needs = / = mariadb /.test(readFileSync(join(import.meta.dirname, name), 'utf8'));
    return needs === (which === 'with-mariadb');
  });
}

export async function runFile(name: string): Promise<void> {
  await runJourney(join(import.meta.dirname, name));
}
