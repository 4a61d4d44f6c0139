import { open } from 'node:fs/promises';
import { serveChunks } from '../../host/index.ts';
import { CopyChunk } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { recordEncoder } from './encode-record.ts';
import { fromSystem } from './faults.ts';
import { refuseChanged } from './file-catalog.ts';
import { openPlainCursor, type RelationFile } from './load-relation-file.ts';

/** One slice of a CSV file: the records that start on lines behind `after`, up to `upTo`. */
export interface ExportOrder {
  readonly file: RelationFile;
  readonly load: BulkLoad;
  /** A place at or before the first record. */
  readonly start: { readonly line: number; readonly offset: number };
  readonly after: number;
  readonly upTo: number;
}

/** The thread that reads slices of CSV files and writes them as binary COPY; see `exports.ts`. */
serveChunks(async function* ({ file, load, start, after, upTo }: ExportOrder, memory) {
  const { found, dialect } = file;
  if (dialect.csv === null) throw new RangeError(`${found.name} is no CSV file`);
  try {
    await using handle = await open(found.path, 'r');
    const cursor = openPlainCursor(file, handle, start.offset, start.line);
    const encode = recordEncoder(file, dialect.csv, load);
    const out = new CopyChunk(undefined, memory);
    out.header();
    for (let step = cursor.step(); step !== 'end'; step = cursor.step()) {
      if (step === 'more' && !(await cursor.more())) continue;
      if (cursor.line <= after) continue;
      if (cursor.line > upTo) break;
      encode(out, cursor);
      if (out.full) yield out.take();
    }
    await cursor.close();
    out.trailer();
    await refuseChanged(found);
    yield out.take();
  } catch (error) {
    throw fromSystem(error, found.path);
  }
});
