import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the npm package with the server's programs lies, and which version it is. */
export interface PostgresPackage {
  readonly major: PostgresMajor;
  readonly version: string;
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Links the package lists instead of carrying them (npm packs no links); both paths start with `native/`. */
  readonly links: readonly { readonly source: string; readonly target: string }[];
}

export type PostgresMajor = 15 | 18;

const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'windows-x64'];

/** Throws an error that says what is supported when this platform has no package or it is not installed. */
export function findPostgresPackage(major: PostgresMajor): PostgresPackage {
  const reason = postgresUnavailable(major);
  if (reason !== false) throw new Error(reason);
  const root = packageRoot(major) as string;
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string })
    .version;
  const list = join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  return { major, version, folder: join(root, 'native'), links };
}

/** The reason why this server cannot run here, or false when it can: made for `describe.skipIf`, prints what it skips. */
export function skipWithoutPostgres(major: PostgresMajor): boolean {
  const reason = postgresUnavailable(major);
  if (reason !== false) console.warn(`skipped: ${reason}`);
  return reason !== false;
}

function postgresUnavailable(major: PostgresMajor): string | false {
  if (!platforms.includes(platform()))
    return `PostgreSQL ${major} for tests is not packaged for ${platform()}; supported: ${platforms.join(', ')}`;
  if (packageRoot(major) === null)
    return `the package postgres-${major}-${platform()} is not installed; run \`npm ci\` without --omit=optional`;
  return false;
}

function platform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function packageRoot(major: PostgresMajor): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(`postgres-${major}-${platform()}`);
    return dirname(dirname(entry));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
