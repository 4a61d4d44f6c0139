import { Buffer } from 'node:buffer';
import type { PageFile } from './page-file.ts';
import type { StoredRecord } from './stored-record.ts';

/** Of whole numbers; infinities where there is no bound. */
export interface RowRange {
  /** Exclusive. */
  readonly after: number | bigint;
  /** Inclusive. */
  readonly upTo: number | bigint;
}

const everything: RowRange = { after: -Infinity, upTo: Infinity };

/** Pages below another one, in their order: of each the largest row number, only of the last one its parent tells it. */
interface Children {
  readonly pages: Uint32Array;
  readonly lasts: readonly (number | bigint)[];
  /** Behind the one that is meant. */
  readonly next: number;
  readonly level: number;
}

const alone: Children = { pages: new Uint32Array(0), lasts: [], next: 0, level: 0 };

/**
 * The records of a table in the order of their row numbers, from the pages of its tree
 * (https://www.sqlite.org/fileformat2.html#b_tree_pages).
 *
 * Invariants: 1. row numbers rise from record to record, also from page to page: a page that stands in the tree twice, or in a
 * wrong place, is an error. 2. everything is looked at before it is believed; what cannot be is `sqlite.damaged`.
 */
export class TablePages {
  readonly #file: PageFile;
  readonly range: RowRange;
  readonly #record: StoredRecord;
  #page = 0;
  #within: RowRange = everything;
  #last: number | bigint = -Infinity;
  #whole: Buffer = Buffer.alloc(0);

  /** @param record holds the record that was read last */
  constructor(file: PageFile, range: RowRange, record: StoredRecord) {
    this.#file = file;
    this.range = range;
    this.#record = record;
  }

  /** Pages with records that may be in the range, one after the other; of each the number of its records. */
  *leaves(page: number, within: RowRange = everything, among: Children = alone): Generator<number> {
    const file = this.#file;
    file.open(page, among.pages, among.next);
    // The first page begins with the head of the file.
    const start = file.at + (page === 1 ? 100 : 0);
    const kind = file.bytes[start];
    const count = file.bytes.readUInt16BE(start + 3);
    if (count === 0 && !(kind === leafKind && among.level === 0))
      throw file.damaged(page, 'holds nothing, which only the page of an empty table does');
    if (kind === leafKind) {
      this.#mustFit(page, leafHeader, count);
      this.#page = page;
      this.#within = within;
      if (within.after > this.#last) this.#last = within.after;
      yield count;
      return;
    }
    if (kind !== interiorKind || among.level === levelsMax) throw file.damaged(page, 'is no page of a table');
    this.#mustFit(page, interiorHeader, count);
    yield* this.#below(this.#children(page, start, count), within, among.level + 1);
  }

  *#below(
    { pages, lasts }: Pick<Children, 'pages' | 'lasts'>,
    within: RowRange,
    level: number,
  ): Generator<number> {
    let { after } = within;
    for (let at = 0; at < pages.length; at += 1) {
      const upTo = lasts[at] ?? within.upTo;
      if (!(upTo <= within.upTo && upTo >= after))
        throw this.#file.damaged(pages[at] as number, 'stands in a wrong place of its tree');
      const { range } = this;
      if (upTo > range.after && after < range.upTo)
        yield* this.leaves(pages[at] as number, { after, upTo }, { pages, lasts, next: at + 1, level });
      after = upTo;
    }
  }

  /** Reads a record of the page at hand; false where it is not in the range. */
  read(cell: number): boolean {
    const file = this.#file;
    const record = this.#record;
    const { bytes, at: start } = file;
    const page = this.#page;
    let at = start + this.#cellAt(start + (page === 1 ? 100 : 0) + leafHeader, cell, page);
    let length = bytes[at] as number;
    at += 1;
    if (length >= 0x80) {
      length = varint.read(bytes, at - 1);
      at = varint.end;
    }
    const row = rowIdAt(bytes, at);
    at = varint.end;
    if (!(row > this.#last && row <= this.#within.upTo))
      throw file.damaged(page, 'holds a row number that does not belong there');
    this.#last = row;
    if (row <= this.range.after || row > this.range.upTo) return false;
    record.rowId = row;
    if (!this.#payload(at, length)) throw file.damaged(page, `holds a record that is none, of row ${row}`);
    return true;
  }

  #children(page: number, start: number, count: number): Pick<Children, 'pages' | 'lasts'> {
    const { bytes, at, usableBytes } = this.#file;
    const pages = new Uint32Array(count + 1);
    const lasts: (number | bigint)[] = [];
    for (let cell = 0; cell < count; cell += 1) {
      const place = at + this.#cellAt(start + interiorHeader, cell, page);
      pages[cell] = bytes.readUInt32BE(place);
      lasts.push(rowIdAt(bytes, place + 4));
      if (varint.end > at + usableBytes) throw this.#file.damaged(page, 'refers to a place outside itself');
    }
    pages[count] = bytes.readUInt32BE(start + 8);
    return { pages, lasts };
  }

  /** Where a cell begins in its page; so far from the end that the numbers it begins with are in the page's memory. */
  #cellAt(pointers: number, cell: number, page: number): number {
    const { bytes } = this.#file;
    const place = pointers + cell * 2;
    const at = ((bytes[place] as number) << 8) | (bytes[place + 1] as number);
    if (at < leafHeader || at > this.#file.usableBytes - 4)
      throw this.#file.damaged(page, 'refers to a place outside itself');
    return at;
  }

  #mustFit(page: number, header: number, count: number): void {
    if (header + count * 2 > this.#file.usableBytes)
      throw this.#file.damaged(page, 'tells of more records than it has room for');
  }

  /**
   * Reads the record whose bytes begin at `from` and may go on in other pages
   * (https://www.sqlite.org/fileformat2.html#cell_payload_overflow_pages).
   */
  #payload(from: number, length: number): boolean {
    const file = this.#file;
    const usable = file.usableBytes;
    const end = file.at + usable;
    const local = localBytes(length, usable);
    if (local === length) return from + length <= end && this.#record.read(file.bytes, from, from + length);
    if (from + local + 4 > end || !(length <= lengthMax)) return false;
    if (this.#whole.length < length) this.#whole = Buffer.allocUnsafeSlow(Math.max(length, 65_536));
    file.bytes.copy(this.#whole, 0, from, from + local);
    file.copyChain(file.bytes.readUInt32BE(from + local), this.#whole, local, length);
    return this.#record.read(this.#whole, 0, length);
  }
}

const [leafKind, interiorKind] = [0x0d, 0x05];
const [leafHeader, interiorHeader] = [8, 12];
/** As SQLite's own limit. */
const levelsMax = 20;
const lengthMax = 2 ** 31 - 1;

/** How much of a record lies in its leaf. */
function localBytes(length: number, usable: number): number {
  if (length <= usable - 35) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  return fitting <= usable - 35 ? fitting : least;
}

/** A row's number, of up to nine bytes; where its eight low bytes could be more than a double holds, as bigint. */
function rowIdAt(bytes: Buffer, at: number): number | bigint {
  const number = varint.read(bytes, at);
  if (number <= Number.MAX_SAFE_INTEGER) return number;
  let exact = 0n;
  for (let place = at; place < varint.end; place += 1)
    exact =
      place === at + 8
        ? (exact << 8n) | BigInt(bytes[place] ?? 0)
        : (exact << 7n) | BigInt((bytes[place] ?? 0) & 0x7f);
  exact = BigInt.asIntN(64, exact);
  const near = Number(exact);
  return Number.isSafeInteger(near) ? near : exact;
}

/** The number of one to nine bytes at a place (`varint.ts`), roughly where it is large, and the place behind it. */
const varint = {
  end: 0,
  read(bytes: Uint8Array, at: number): number {
    let value = 0;
    for (let place = at; place < at + 8; place += 1) {
      const byte = bytes[place] as number;
      value = value * 0x80 + (byte & 0x7f);
      if (byte < 0x80) {
        this.end = place + 1;
        return value;
      }
    }
    this.end = at + 9;
    return value * 0x100 + (bytes[at + 8] as number);
  },
};
