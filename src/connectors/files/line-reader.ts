import { type FileHandle, open } from 'node:fs/promises';
import type { CatalogEntry } from './catalog-entry.ts';
import { openCursor } from './load-relation-file.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { RecordIndex } from './record-index.ts';

/** Up to this many bytes ahead it is cheaper to read on than to start anew. */
const nearBytes = 16 * 1024;

/** Goes to single records by the line on which they start; lines have to be asked for in ascending order. */
export class LineReader implements AsyncDisposable {
  readonly #entry: CatalogEntry;
  readonly #index: RecordIndex;
  #handle: FileHandle | null = null;
  #cursor: RecordCursor | null = null;

  constructor(entry: CatalogEntry, index: RecordIndex) {
    this.#entry = entry;
    this.#index = index;
  }

  /** A cursor that stands on the record; null when none starts on that line. */
  async at(line: number): Promise<RecordCursor | null> {
    const cursor = await this.#near(line);
    if (cursor === null) return null;
    for (let step = cursor.step(); step !== 'end'; step = cursor.step()) {
      if (step === 'more' && !(await cursor.more())) continue;
      if (cursor.line === line) return cursor;
      if (cursor.line > line) {
        cursor.stepBack();
        return null;
      }
    }
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cursor?.close();
    await this.#handle?.close();
  }

  async #near(line: number): Promise<RecordCursor | null> {
    const place = this.#index.placeBefore(line);
    if (place === undefined) return null;
    const { file } = this.#entry;
    const now = this.#cursor;
    if (now !== null && now.nextLine <= line) {
      // A compressed file can only be read on.
      const compressed = file.dialect.compression !== 'none';
      if (compressed || place.offset - now.nextOffset < nearBytes) return now;
    }
    await now?.close();
    this.#handle ??= await open(file.found.path, 'r');
    this.#cursor = openCursor(file, this.#handle, place.offset, place.line);
    return this.#cursor;
  }
}
