import { readSync } from 'node:fs';

/**
 * What the log of a file in WAL mode shows to whoever begins to read now: the head of its shared index, both copies, which
 * every commit changes (https://www.sqlite.org/walformat.html#the_wal_index_file_format). Two readers between whose
 * beginnings it did not change see the same file. Null where there is no such index.
 *
 * @param index a descriptor of the index (`SqliteFile.descriptor`)
 */
export function walView(index: number | null): string | null {
  if (index === null) return null;
  const bytes = Buffer.alloc(96);
  return readSync(index, bytes, 0, bytes.length, 0) === bytes.length ? bytes.toString('hex') : null;
}
