import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SqliteFile } from '../../host/index.ts';
import type { CheckResult, OpenContext } from '../port.ts';
import { fileBytes } from './relation-sizes.ts';

/** What has to be right before records are read from or written into this file; each failed look is a result, not an error. */
export function checkFile(file: SqliteFile, path: string, role: OpenContext['role']): CheckResult[] {
  const looks: [string, () => CheckResult][] = [
    ['version', () => version(file)],
    ['soundness', () => soundness(file)],
    ['journal', () => journal(file, path, role)],
    ['references', () => references(file)],
  ];
  if (role !== 'source')
    looks.push(['write access', () => writeAccess(path)], ['free space', () => freeSpace(file, path)]);
  return looks.map(([name, look]) => resultOf(name, look));
}

function resultOf(name: string, look: () => CheckResult): CheckResult {
  try {
    return look();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, outcome: 'fail', detail, fix: 'Make the file readable and sound, then check again.' };
  }
}

function version(file: SqliteFile): CheckResult {
  const [release] = file.statement('SELECT sqlite_version()').first() ?? [];
  const [encoding] = file.statement('PRAGMA encoding').first() ?? [];
  return {
    name: 'version',
    outcome: 'ok',
    detail: `SQLite ${String(release)}, text as ${String(encoding)}`,
    fix: null,
  };
}

/** Above this size the full look takes minutes; the owner's own maintenance has to do it. */
const quickBytesMax = 256 * 1024 * 1024;

function soundness(file: SqliteFile): CheckResult {
  const name = 'soundness';
  if (fileBytes(file) > quickBytesMax)
    return {
      name,
      outcome: 'warn',
      detail: 'the file is large, its pages were not checked',
      fix: 'Run `PRAGMA quick_check` once before the move.',
    };
  const said = file.statement('PRAGMA quick_check(1)').all().flat().join('; ');
  if (said === 'ok') return { name, outcome: 'ok', detail: 'every page is sound', fix: null };
  return { name, outcome: 'fail', detail: said, fix: 'Restore a backup or recover a copy with `.recover`.' };
}

function journal(file: SqliteFile, path: string, role: OpenContext['role']): CheckResult {
  const mode = String(file.statement('PRAGMA journal_mode').first()?.[0]);
  const name = 'journal';
  if (mode !== 'wal') {
    const detail = `journal mode ${mode}: while godwit reads, others cannot commit`;
    return role === 'source'
      ? {
          name,
          outcome: 'warn',
          detail,
          fix: 'Read a copy, or set `PRAGMA journal_mode=WAL` if others write meanwhile.',
        }
      : { name, outcome: 'ok', detail: `journal mode ${mode}`, fix: null };
  }
  const detail = existsSync(`${path}-wal`)
    ? 'the file is in WAL mode: its -wal file holds part of the data and belongs to it'
    : 'the file is in WAL mode: reading it makes a -wal and a -shm file beside it';
  return { name, outcome: 'warn', detail, fix: 'Copy or move the file only together with its -wal file.' };
}

function references(file: SqliteFile): CheckResult {
  const name = 'references';
  if (fileBytes(file) > quickBytesMax)
    return {
      name,
      outcome: 'warn',
      detail: 'the file is large, its references were not checked',
      fix: 'Run `PRAGMA foreign_key_check`, or look at the orphans in the profile.',
    };
  const dangling = file.statement('PRAGMA foreign_key_check').all().length;
  if (dangling === 0) return { name, outcome: 'ok', detail: 'every declared reference resolves', fix: null };
  const detail = `${dangling} declared references point nowhere (SQLite does not check them unless told to)`;
  return {
    name,
    outcome: 'warn',
    detail,
    fix: 'Look at the orphans in the profile and decide what becomes of them.',
  };
}

function writeAccess(path: string): CheckResult {
  const name = 'write access';
  for (const place of [path, dirname(path)]) {
    try {
      accessSync(place, constants.W_OK);
    } catch (error) {
      const detail = error instanceof Error ? error.message : place;
      return {
        name,
        outcome: 'fail',
        detail,
        fix: 'Let this user write the file and its folder (the journal goes there).',
      };
    }
  }
  return { name, outcome: 'ok', detail: 'the file and its folder can be written', fix: null };
}

function freeSpace(file: SqliteFile, path: string): CheckResult {
  const { bavail, bsize } = statfsSync(path);
  const [free, used] = [bavail * bsize, fileBytes(file)];
  const detail = `${Math.round(free / 1024 ** 2)} MiB free, the file has ${Math.round(used / 1024 ** 2)} MiB`;
  if (free > Math.max(used, 64 * 1024 ** 2)) return { name: 'free space', outcome: 'ok', detail, fix: null };
  return {
    name: 'free space',
    outcome: 'warn',
    detail,
    fix: 'Make room before the run, or move the file to a larger disk.',
  };
}
