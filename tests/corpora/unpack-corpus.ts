import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder with the archives; null, with a printed reason, where they are not at hand. */
export function findCorpora(...archives: readonly string[]): string | null {
  const folder = resolve(import.meta.dirname, '../../../shared/data');
  const elsewhere = resolve(import.meta.dirname, '../../../../shared/data');
  const found = [folder, elsewhere].find((place) =>
    archives.every((archive) => existsSync(join(place, archive))),
  );
  if (found === undefined)
    process.stdout.write(`skipped: ${archives.join(', ')} not found in ../shared/data\n`);
  return found ?? null;
}

/** Unpacks archives into a throwaway folder and answers with its path. */
export function unpackCorpora(folder: string, ...archives: readonly string[]): string {
  const place = mkdtempSync(join(tmpdir(), 'godwit-corpora-'));
  for (const archive of archives)
    execFileSync('tar', ['-I', 'zstd', '-xf', join(folder, archive), '-C', place]);
  return place;
}
