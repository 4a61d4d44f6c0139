import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { backupUnusable, reachesOut } from './faults.ts';

/** A backup as it lies on a disk: a file, or the folder that `pg_dump -Fd` writes. */
export interface Backup {
  readonly path: string;
  readonly kind: 'postgres-archive' | 'postgres-folder' | 'plain' | 'sqlite' | 'other';
  readonly bytes: number;
  /** `sha256:` of the file; of a folder, of the names and digests of its files in order. */
  readonly digest: string;
}

/** Throws `drill.backup-unusable` where there is none. */
export async function readBackup(path: string, signal: AbortSignal): Promise<Backup> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw backupUnusable(path, 'there is no such file');
  if (found.isDirectory()) return await folderBackup(path, signal);
  if (found.size === 0) throw backupUnusable(path, 'it is empty');
  return {
    path,
    kind: kindOf(path),
    bytes: found.size,
    digest: `sha256:${await digestOfFile(path, signal)}`,
  };
}

function kindOf(path: string): Backup['kind'] {
  const head = partOf(path, 0, 16).toString('latin1');
  if (head.startsWith('PGDMP') || head.startsWith('toc.dat')) return 'postgres-archive';
  if (head.startsWith('SQLite format 3\0')) return 'sqlite';
  return head.includes('\0') ? 'other' : 'plain';
}

async function folderBackup(path: string, signal: AbortSignal): Promise<Backup> {
  const names = readdirSync(path).sort();
  if (!names.includes('toc.dat'))
    throw backupUnusable(path, 'the folder has no toc.dat, as pg_dump writes it');
  const whole = createHash('sha256');
  let bytes = 0;
  for (const name of names) {
    const file = join(path, name);
    bytes += statSync(file).size;
    whole.update(`${name} ${await digestOfFile(file, signal)}\n`);
  }
  return { path, kind: 'postgres-folder', bytes, digest: `sha256:${whole.digest('hex')}` };
}

async function digestOfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function partOf(path: string, from: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const part = Buffer.alloc(length);
    return part.subarray(0, readSync(file, part, 0, length, from));
  } finally {
    closeSync(file);
  }
}

/** How a program writes a text of SQL statements: how a whole one ends, and what would leave the database it is restored to. */
export interface PlainDump {
  readonly ending: RegExp;
  readonly leaving: RegExp;
  /** Lines of records stand between these two; nothing in them is a statement. */
  readonly records: { readonly begin: RegExp; readonly end: string } | null;
}

export const postgresDump: PlainDump = {
  ending: /^-- PostgreSQL database (?:cluster )?dump complete/m,
  leaving: /^(?:(?:CREATE|DROP|ALTER) DATABASE\s|\\(?!(?:un)?restrict\s))/i,
  records: { begin: /^COPY .* FROM stdin;$/, end: '\\.' },
};

// Line ends inside of values are written as two characters, so a line that begins so is a statement.
export const mariadbDump: PlainDump = {
  ending: /^-- Dump completed/m,
  leaving: /^(?:USE\s|(?:CREATE|DROP|ALTER) DATABASE\s|\\)/i,
  records: null,
};

const bytesAtEnd = 4_096;

/** Throws `drill.backup-unusable` for one that was cut off, `drill.backup-reaches-out` for one that goes elsewhere. */
export async function provePlain(
  { path, bytes }: Backup,
  dump: PlainDump,
  signal: AbortSignal,
): Promise<void> {
  const end = partOf(path, Math.max(0, bytes - bytesAtEnd), bytesAtEnd).toString('utf8');
  if (!dump.ending.test(end))
    throw backupUnusable(path, 'it was cut off: it does not end as a whole backup ends');
  const input = createReadStream(path, { signal });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let [line, inRecords] = [0, false];
  for await (const text of lines) {
    line += 1;
    if (inRecords) inRecords = text !== dump.records?.end;
    else if (dump.leaving.test(text))
      throw reachesOut(path, line, (text.split(/\s+/)[0] ?? '').toUpperCase());
    else inRecords = dump.records?.begin.test(text) ?? false;
  }
  signal.throwIfAborted();
}
