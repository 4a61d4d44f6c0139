import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Backup, mariadbDump, postgresDump, provePlain } from './backup.ts';
import { backupUnusable, noRoom } from './faults.ts';
import { MariadbScratch } from './mariadb-scratch.ts';
import { PostgresScratch } from './postgres-scratch.ts';
import type { ProgramRunner } from './program-runner.ts';
import type { Scratch } from './scratch.ts';
import { SqliteScratch } from './sqlite-scratch.ts';

export interface RestoreOptions {
  readonly runner: ProgramRunner;
  /** The user's own program and its arguments, with places such as `{backup}`; null: the client of the scratch system. */
  readonly command: readonly string[] | null;
  /** Connections `pg_restore` works over. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** How a backup goes into a scratch system: what is looked at before, and what is done then. Only the second is timed. */
export interface Restoring {
  readonly way: string;
  /** Throws `drill.backup-unusable`, `drill.backup-reaches-out`. */
  readonly prove: () => Promise<void>;
  /** Throws `drill.program-failed`. */
  readonly restore: () => Promise<void>;
}

export function restoringOf(backup: Backup, scratch: Scratch, options: RestoreOptions): Restoring {
  if (options.command !== null) return byCommand(backup, scratch, options, options.command);
  if (scratch instanceof SqliteScratch) return byCopy(backup, scratch, options);
  if (scratch instanceof MariadbScratch) return byMariadb(backup, scratch, options);
  if (scratch instanceof PostgresScratch) return byPostgres(backup, scratch, options);
  throw new RangeError(`no way to restore into ${scratch.title}`);
}

const nothing = async (): Promise<void> => undefined;

function byPostgres(backup: Backup, { secrets, places }: Scratch, options: RestoreOptions): Restoring {
  const { runner, jobs, signal } = options;
  const { path, kind } = backup;
  if (kind === 'plain')
    return {
      way: 'psql',
      prove: () => provePlain(backup, postgresDump, signal),
      restore: async () => {
        const args = ['-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null'];
        await runner.run('psql', args, { secrets, input: { file: path } });
      },
    };
  if (kind !== 'postgres-archive' && kind !== 'postgres-folder')
    throw backupUnusable(path, 'it is none of the formats that pg_dump writes');
  const jobsFlag = jobs > 1 ? [`--jobs=${jobs}`] : [];
  const flags = ['--exit-on-error', '--no-owner', '--no-privileges', '--no-password', ...jobsFlag];
  return {
    way: 'pg_restore',
    prove: nothing,
    restore: async () => {
      await runner.run('pg_restore', [...flags, `--dbname=${places['database']}`, path], { secrets });
    },
  };
}

function byMariadb(backup: Backup, scratch: MariadbScratch, { runner, signal }: RestoreOptions): Restoring {
  if (backup.kind !== 'plain') throw backupUnusable(backup.path, 'it is not what mariadb-dump writes');
  const { login, secrets, places } = scratch;
  return {
    way: 'mariadb',
    prove: () => provePlain(backup, mariadbDump, signal),
    restore: async () => {
      const args = [...login, '--binary-mode', `--database=${places['database']}`];
      await runner.run('mariadb', args, { secrets, input: { file: backup.path } });
    },
  };
}

function byCopy(backup: Backup, scratch: SqliteScratch, { signal }: RestoreOptions): Restoring {
  if (backup.kind !== 'sqlite') throw backupUnusable(backup.path, 'it is no file of SQLite');
  return {
    way: 'copy of the file',
    prove: nothing,
    restore: async () => {
      const copy = createWriteStream(scratch.places['path'] ?? '', { mode: 0o600, flush: true });
      try {
        await pipeline(createReadStream(backup.path), copy, { signal });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw noRoom(scratch.title, error);
        throw error;
      }
      scratch.proveWhole();
    },
  };
}

/** `{backup}`, `{host}`, `{port}`, `{user}`, `{database}`, `{path}` in any argument; no shell reads them. */
function byCommand(
  { path }: Backup,
  { secrets, places }: Scratch,
  { runner }: RestoreOptions,
  [program = '', ...args]: readonly string[],
): Restoring {
  const known: Readonly<Record<string, string>> = { ...places, backup: path };
  const filled = args.map((arg) => arg.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole));
  return {
    way: `own command ${program}`,
    prove: nothing,
    restore: async () => {
      await runner.run(program, filled, { secrets });
    },
  };
}
