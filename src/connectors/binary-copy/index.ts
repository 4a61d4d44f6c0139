/**
 * The one place that knows PostgreSQL's binary COPY whole: header, tuples, trailer, and how each type's value lies in it.
 * A room between the shelves: sources encode, PostgreSQL says what there is an encoder for. It knows no shelf.
 */
export { type Cell, cellEncoder, type EncodeCell } from './cell-encoder.ts';
export { CopyChunk } from './copy-chunk.ts';
export { encodeLocalTime } from './encode-time.ts';
export type { EncodeValue } from './encode-value.ts';
export { notCertain } from './faults.ts';
export { valueEncoder } from './value-encoder.ts';
