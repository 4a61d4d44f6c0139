import { Buffer } from 'node:buffer';
import type { Seal, SqliteFile, SqliteValue } from '../../host/index.ts';
import { isSlice, type SliceName } from './bookkeeping.ts';
import { type ExactValue, exactFromJson, exactToJson } from './exact-record.ts';

/** Undo information is kept in parts of this many records, so that neither writing nor undoing holds a slice in memory. */
export const recordsPerPart = 250;

/**
 * What changed records held before their slice, sealed and stored in the target as soon as a part is full. The n-th placed
 * record of a slice has its image at place n % `recordsPerPart` of part n / `recordsPerPart`; an added one has none.
 */
export class BeforeImages {
  readonly #file: SqliteFile;
  readonly #seal: Seal;
  readonly #slice: SliceName;
  #images: (readonly ExactValue[] | null)[] = [];
  #part = 0;

  constructor(file: SqliteFile, seal: Seal, slice: SliceName) {
    this.#file = file;
    this.#seal = seal;
    this.#slice = slice;
  }

  add(image: readonly ExactValue[] | null): void {
    this.#images.push(image);
    if (this.#images.length === recordsPerPart) this.flush();
  }

  flush(): void {
    if (this.#images.some((image) => image !== null)) {
      const json = JSON.stringify(this.#images.map((image) => image && image.map(exactToJson)));
      const sealed = this.#seal.seal(Buffer.from(json), contextOf(this.#slice, this.#part));
      this.#file
        .statement('INSERT INTO "_godwit_images" VALUES (?, ?, ?, ?, ?)')
        .run(...placeOf(this.#slice, this.#part), sealed);
    }
    this.#images = [];
    this.#part += 1;
  }

  /** For whoever rolls the database back to here. */
  mark(): () => void {
    const [images, part] = [[...this.#images], this.#part];
    return () => {
      this.#images = images;
      this.#part = part;
    };
  }
}

export type Image = readonly ExactValue[] | null;

export function readImages(file: SqliteFile, seal: Seal, slice: SliceName, part: number): readonly Image[] {
  const sql = `SELECT sealed FROM "_godwit_images" WHERE ${isSlice} AND part = ?`;
  const row = file.statement(sql).first(...placeOf(slice, part));
  if (row === undefined) return [];
  const json = Buffer.from(seal.open(row[0] as Uint8Array, contextOf(slice, part))).toString();
  return (JSON.parse(json) as (unknown[] | null)[]).map((image) => image && image.map(exactFromJson));
}

function placeOf({ run, step, slice }: SliceName, part: number): SqliteValue[] {
  return [run, step, BigInt(slice), BigInt(part)];
}

function contextOf({ run, step, slice }: SliceName, part: number): string {
  return JSON.stringify(['images', run, step, slice, part]);
}
