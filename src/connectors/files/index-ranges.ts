import type { FileHandle } from 'node:fs/promises';
import { openPlaceCursor, type RelationFile } from './load-relation-file.ts';
import { RecordIndex } from './record-index.ts';
import { type FileRange, neverCloses, type RangePlaces } from './scan-range.ts';

/** The parts of a file, without what is in front of its first record; the first one begins exactly there. */
export function rangesOf(file: RelationFile, rangeBytes: number): readonly FileRange[] {
  const ranges: FileRange[] = [];
  for (let from = file.dataOffset; from < file.found.bytes; from += rangeBytes)
    ranges.push({ from, to: Math.min(from + rangeBytes, file.found.bytes) });
  return ranges;
}

/**
 * The same index as one cursor over the whole file makes, out of what was found in its ranges. Nothing found there is
 * believed that no known record leads to; where none does, a cursor goes on until one does.
 *
 * @param scanned what `scanRange` says of all ranges, in their order
 */
export async function indexInRanges(
  file: RelationFile,
  handle: FileHandle,
  scanned: AsyncIterable<RangePlaces>,
): Promise<RecordIndex> {
  const merge = new RangeMerge(file, handle);
  for await (const places of scanned) if (!(await merge.add(places))) break;
  return merge.index;
}

interface Place {
  readonly line: number;
  readonly offset: number;
}

class RangeMerge {
  readonly index: RecordIndex = new RecordIndex();
  readonly #file: RelationFile;
  readonly #handle: FileHandle;
  /** The next record, which is not in the index yet; in front of the first range, where one can start at the earliest. */
  #next: Place;

  constructor(file: RelationFile, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
    this.#next = { line: file.dataLine, offset: file.dataOffset };
  }

  /** @returns false when the index is whole */
  async add(places: RangePlaces): Promise<boolean> {
    const { range } = places;
    if (this.#next.offset >= range.to) return true;
    const isFirst = range.from === this.#file.dataOffset;
    if (isFirst && places.count === 0 && places.next === 'unknown') return this.#walk(() => false);
    let first = isFirst ? 0 : find(places, this.#next.offset);
    if (first < 0) {
      const isKnown = (offset: number): boolean => offset >= range.to || find(places, offset) >= 0;
      if (!(await this.#walk(isKnown))) return false;
      if (this.#next.offset >= range.to) return true;
      first = find(places, this.#next.offset);
    }
    return this.#take(places, first, isFirst ? 1 : (places.lines[first] as number));
  }

  /** @param line as which the range counted the line of the next record */
  async #take(
    { range, count, offsets, lines, next }: RangePlaces,
    first: number,
    line: number,
  ): Promise<boolean> {
    const between = this.#next.line - line;
    // Behind the last record of a range that broke off nothing is known but that it is one.
    const end = next === 'unknown' ? count - 1 : count;
    for (let at = first; at < end; at += 1)
      this.index.add((lines[at] as number) + between, (offsets[at] as number) + range.from);
    if (next === null) return false;
    if (next !== 'unknown') {
      this.#next = { line: next.line + between, offset: next.offset };
      return true;
    }
    this.#next = { line: (lines[end] as number) + between, offset: (offsets[end] as number) + range.from };
    return this.#walk(() => false);
  }

  /**
   * Adds records one after the other up to the first one at which it may stop. Behind quotes that never close it does not.
   *
   * @returns false at the end of the file
   */
  async #walk(mayStopAt: (offset: number) => boolean): Promise<boolean> {
    const cursor = openPlaceCursor(this.#file, this.#handle, this.#next.offset, this.#next.line);
    let toTheEnd = false;
    try {
      for (let step = cursor.step(); step !== 'end'; step = cursor.step()) {
        if (step === 'more' && !(await cursor.more())) continue;
        toTheEnd ||= neverCloses(cursor);
        if (!toTheEnd && mayStopAt(cursor.offset)) {
          this.#next = { line: cursor.line, offset: cursor.offset };
          return true;
        }
        this.index.add(cursor.line, cursor.offset);
      }
      return false;
    } finally {
      await cursor.close();
    }
  }
}

/** Which of the range's records starts there; -1 when none does. */
function find({ range, count, offsets }: RangePlaces, offset: number): number {
  const wanted = offset - range.from;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < count && offsets[low] === wanted ? low : -1;
}
