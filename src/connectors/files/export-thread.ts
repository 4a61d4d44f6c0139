import { type FileHandle, open } from 'node:fs/promises';
import { type ChunkMemory, serveChunks } from '../../host/index.ts';
import { CopyChunk } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { recordEncoder } from './encode-record.ts';
import { fromSystem } from './faults.ts';
import { openPlainCursor, type RelationFile } from './load-relation-file.ts';
import { refuseChanged } from './refuse-changed.ts';
import { type FileRange, packPlaces, scanRange } from './scan-range.ts';

/** One slice of a CSV file: the records that start on lines behind `after`, up to `upTo`. */
export interface ExportOrder {
  readonly kind: 'slice';
  readonly file: RelationFile;
  readonly load: BulkLoad;
  /** A place at or before the first record. */
  readonly start: { readonly line: number; readonly offset: number };
  readonly after: number;
  readonly upTo: number;
}

/** Where records start in these ranges, a chunk for each of them (`packPlaces`). */
interface PlacesOrder {
  readonly kind: 'places';
  readonly file: RelationFile;
  readonly ranges: readonly FileRange[];
}

export type FileOrder = ExportOrder | PlacesOrder;

/** The thread that reads CSV files: it writes slices as binary COPY, and finds where records start; see `file-threads.ts`. */
serveChunks(async function* (order: FileOrder, memory) {
  const { path } = order.file.found;
  try {
    await using handle = await open(path, 'r');
    if (order.kind === 'slice') yield* encoded(order, handle, memory);
    else for (const range of order.ranges) yield packPlaces(await scanRange(order.file, handle, range));
  } catch (error) {
    throw fromSystem(error, path);
  }
});

async function* encoded(
  { file, load, start, after, upTo }: ExportOrder,
  handle: FileHandle,
  memory: ChunkMemory,
): AsyncGenerator<Uint8Array> {
  const { found, dialect } = file;
  if (dialect.csv === null) throw new RangeError(`${found.name} is no CSV file`);
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
}
