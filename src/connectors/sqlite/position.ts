import { readSync, statSync } from 'node:fs';
import type { SqliteFile } from '../../host/index.ts';
import { type Position, position } from '../../model/index.ts';

/**
 * Where a file stands: its change counter, size and time, and of a file in WAL mode those of its log. It moves with every
 * commit; touching the file moves it too, which costs a second look and never misses a change.
 */
export function positionOf(file: SqliteFile, path: string): Position {
  const log = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false });
  const { size, mtimeNs } = statSync(path, { bigint: true });
  const parts = [changeCounter(file), size, mtimeNs, log?.size ?? 0n, log?.mtimeNs ?? 0n];
  return position(parts.join(':'));
}

/** Bytes 24 to 27 of the header (https://www.sqlite.org/fileformat.html#file_change_counter). */
function changeCounter(file: SqliteFile): bigint {
  const bytes = new Uint8Array(4);
  const descriptor = file.descriptor('');
  if (descriptor !== null) readSync(descriptor, bytes, 0, 4, 24);
  return BigInt(new DataView(bytes.buffer).getUint32(0));
}
