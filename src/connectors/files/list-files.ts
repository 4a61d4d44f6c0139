import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilesAddress } from './address.ts';
import type { Compression } from './dialect.ts';
import { fromSystem, nameClash } from './faults.ts';

/** One file of the folder and the relation it is. */
export interface FoundFile {
  readonly relation: string;
  readonly name: string;
  readonly path: string;
  /** What its ending says. */
  readonly compression: Compression;
  readonly bytes: number;
  /** Changes when the file is changed or replaced: inode, size, time of the last change in nanoseconds. */
  readonly version: string;
}

const endings: readonly (readonly [string, Compression])[] = [
  ['', 'none'],
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
];

/** The folder's relations, sorted by name in code point order; the same folder gives the same list. */
export async function listFiles(address: FilesAddress): Promise<readonly FoundFile[]> {
  const { folder } = address;
  try {
    const found: FoundFile[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const kind = kindOf(entry.name, address.format);
      if (kind === null || !(entry.isFile() || entry.isSymbolicLink())) continue;
      const file = await describeFile(folder, entry.name, kind);
      if (file !== null) found.push(file);
    }
    found.sort((a, b) => (a.relation < b.relation ? -1 : 1));
    refuseClashes(found);
    return found;
  } catch (error) {
    throw fromSystem(error, folder);
  }
}

function kindOf(name: string, format: string): { relation: string; compression: Compression } | null {
  for (const [ending, compression] of endings) {
    const suffix = `.${format}${ending}`;
    if (name.length > suffix.length && name.toLowerCase().endsWith(suffix) && !name.startsWith('.')) {
      return { relation: name.slice(0, -suffix.length), compression };
    }
  }
  return null;
}

async function describeFile(
  folder: string,
  name: string,
  kind: { relation: string; compression: Compression },
): Promise<FoundFile | null> {
  const path = join(folder, name);
  const status = await stat(path, { bigint: true });
  if (!status.isFile()) return null;
  return { ...kind, name, path, bytes: Number(status.size), version: versionOf(status) };
}

/** @param status from a `stat` with `bigint: true` */
export function versionOf(status: {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}): string {
  return `inode ${status.ino}, ${status.size} bytes, changed ${status.mtimeNs}`;
}

function refuseClashes(found: readonly FoundFile[]): void {
  for (let at = 1; at < found.length; at += 1) {
    const [one, other] = [found[at - 1], found[at]];
    if (one && other && one.relation === other.relation)
      throw nameClash(one.relation, [one.name, other.name]);
  }
}
