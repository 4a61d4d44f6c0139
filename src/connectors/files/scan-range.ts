import type { FileHandle } from 'node:fs/promises';
import { openPlaceCursor, type RelationFile } from './load-relation-file.ts';
import type { RecordCursor } from './record-cursor.ts';

/** Bytes of a file, `to` not included. */
export interface FileRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Records that start in a range, as found by beginning at its first line end. Where a line end is inside quotes these are none, at
 * first. But a record is cut by nothing but where it starts: behind one that is a record, all are, and behind one that is not
 * soon all are too. So whoever knows of one record that starts in the range looks for it here (`indexInRanges`).
 */
export interface RangePlaces {
  readonly range: FileRange;
  readonly count: number;
  /** Of each record, counted from the range's own first byte. */
  readonly offsets: Uint32Array;
  /** Lines counted from wherever it began. */
  readonly lines: Uint32Array;
  /** The first record behind the range; null: the file has no more. `unknown`: what is behind the last one was not found out. */
  readonly next: { readonly line: number; readonly offset: number } | null | 'unknown';
}

const reachBytesUsual = 4 * 1024 * 1024;

/** @param reachBytes so far behind the range a record is followed */
export async function scanRange(
  file: RelationFile,
  handle: FileHandle,
  range: FileRange,
  reachBytes: number = reachBytesUsual,
): Promise<RangePlaces> {
  const start = range.from === file.dataOffset ? range.from : await lineBehind(file, handle, range);
  const places = new GrowingPlaces(range);
  if (start === null) return places.ended('unknown');
  const cursor = openPlaceCursor(file, handle, start, 1);
  try {
    for (let step = cursor.step(); step !== 'end'; step = cursor.step()) {
      if (step === 'more') {
        if (cursor.heldTo > range.to + reachBytes || (await cursor.more())) return places.ended('unknown');
      } else if (neverCloses(cursor)) return places.ended('unknown');
      else if (cursor.offset >= range.to) return places.ended({ line: cursor.line, offset: cursor.offset });
      else places.add(cursor.line, cursor.offset);
    }
    return places.ended(null);
  } finally {
    await cursor.close();
  }
}

/** Such quotes are counted over the whole file, by one who sees all of them. */
export function neverCloses({ shape }: RecordCursor): boolean {
  return shape.problem === 'unclosed-quote';
}

/** Where the first line behind the beginning of the range starts; null where none does. */
async function lineBehind(
  file: RelationFile,
  handle: FileHandle,
  { from, to }: FileRange,
): Promise<number | null> {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  for (let at = from - 1; at < to; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return null;
    const found = buffer.subarray(0, bytesRead).indexOf(file.dialect.lineEnd === 'cr' ? 13 : 10);
    if (found >= 0) return at + found + 1;
    at += bytesRead;
  }
  return null;
}

class GrowingPlaces {
  readonly #range: FileRange;
  #offsets = new Uint32Array(16 * 1024);
  #lines = new Uint32Array(16 * 1024);
  #count = 0;

  constructor(range: FileRange) {
    this.#range = range;
  }

  add(line: number, offset: number): void {
    if (this.#count === this.#offsets.length) {
      this.#offsets = doubled(this.#offsets);
      this.#lines = doubled(this.#lines);
    }
    this.#offsets[this.#count] = offset - this.#range.from;
    this.#lines[this.#count] = line;
    this.#count += 1;
  }

  ended(next: RangePlaces['next']): RangePlaces {
    return {
      range: this.#range,
      count: this.#count,
      offsets: this.#offsets.subarray(0, this.#count),
      lines: this.#lines.subarray(0, this.#count),
      next,
    };
  }
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

const headNumbers = 5;

/** As bytes with memory of their own, for another thread. */
export function packPlaces({ range, count, offsets, lines, next }: RangePlaces): Uint8Array {
  const memory = new ArrayBuffer(headNumbers * 8 + count * 8);
  const behind = next === 'unknown' ? [-2, 0] : next === null ? [-1, 0] : [next.offset, next.line];
  new Float64Array(memory, 0, headNumbers).set([range.from, range.to, count, ...behind]);
  new Uint32Array(memory, headNumbers * 8, count).set(offsets);
  new Uint32Array(memory, headNumbers * 8 + count * 4, count).set(lines);
  return new Uint8Array(memory);
}

export function unpackPlaces({ buffer }: Uint8Array): RangePlaces {
  const [from, to, count, offset, line] = new Float64Array(buffer, 0, headNumbers) as unknown as FiveNumbers;
  return {
    range: { from, to },
    count,
    offsets: new Uint32Array(buffer, headNumbers * 8, count),
    lines: new Uint32Array(buffer, headNumbers * 8 + count * 4, count),
    next: offset === -2 ? 'unknown' : offset === -1 ? null : { offset, line },
  };
}

type FiveNumbers = readonly [number, number, number, number, number];
