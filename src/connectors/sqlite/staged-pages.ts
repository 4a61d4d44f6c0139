import { Buffer } from 'node:buffer';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { SqliteFile } from '../../host/index.ts';
import type { StagedRecord } from './staged-record.ts';
import { varintLength, writeVarint } from './varint.ts';

/** Of a leaf of a table: what a record may have in its page, and how many of its bytes stay there when it has more. */
const pageBytes = 65_536;
const localMax = pageBytes - 35;
const localMin = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
const overflowBytes = pageBytes - 4;

const rootPage = 2;
const pagesAtOnce = 8;
const [leafKind, interiorKind] = [0x0d, 0x05];
const [leafHeader, interiorHeader] = [8, 12];

/** As many as surely have room: four bytes of page number, nine of row number, two of place. */
const childrenMax = Math.floor((pageBytes - interiorHeader) / 15);

interface Child {
  readonly page: number;
  /** The largest row number in it. */
  readonly last: number | bigint;
}

/**
 * An SQLite file with one table whose records are written page by page, in the order of their row numbers, without asking
 * SQLite for each: that is what it costs to hand it values one by one. The file's head and schema are SQLite's own; the
 * pages follow https://www.sqlite.org/fileformat2.html. SQLite then reads the table like any other.
 */
export class StagedPages implements Disposable {
  readonly #file: number;
  readonly #childrenMax: number;
  readonly #written = Buffer.allocUnsafeSlow(pagesAtOnce * pageBytes);
  readonly #leaf = Buffer.alloc(pageBytes);
  readonly #leaves: Child[] = [];
  #waiting = 0;
  #next = rootPage + 1;
  #records = 0;
  #top = pageBytes;
  #last: number | bigint = 0;

  /**
   * @param columns the table's, in SQL
   * @param children that a page above others may have; fewer only to see several levels of a small table
   */
  constructor(path: string, columns: string, children: number = childrenMax) {
    this.#childrenMax = children;
    removeStaged(path);
    makeFile(path, columns);
    this.#file = openSync(path, 'r+');
  }

  /** @param row larger than that of the record before */
  add(row: number | bigint, record: StagedRecord): void {
    const { types } = record;
    let head = 1;
    for (const type of types) head += varintLength(type);
    // The head tells its own length, which takes a second byte of many fields.
    if (head > 0x7f) head += head >= 0x3fff ? 2 : 1;
    const payload = head + record.length;
    if (payload > localMax) {
      this.#addLarge(row, record, head);
      return;
    }
    const place = this.#room(varintLength(payload) + varintLength(row) + payload);
    let at = writeVarint(this.#leaf, writeVarint(this.#leaf, place, payload), row);
    at = this.#writeHead(this.#leaf, at, head, types);
    record.bytes.copy(this.#leaf, at, 0, record.length);
    this.#last = row;
  }

  /** Everything is in the file, which is closed. */
  finish(): void {
    if (this.#leaves.length === 0) this.#writeRoot(this.#takeLeaf());
    else {
      this.#endLeaf();
      let children: readonly Child[] = this.#leaves;
      while (children.length > this.#childrenMax) children = this.#interiors(children);
      this.#writeRoot(interior(children));
    }
    this.#flush();
    const pages = Buffer.alloc(4);
    pages.writeUInt32BE(this.#next - 1);
    writeSync(this.#file, pages, 0, 4, 28);
    this[Symbol.dispose]();
  }

  #closed = false;

  [Symbol.dispose](): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }

  #writeHead(into: Buffer, from: number, head: number, types: Int32Array): number {
    let at = writeVarint(into, from, head);
    for (const type of types) {
      if (type < 0x80) {
        into[at] = type;
        at += 1;
      } else at = writeVarint(into, at, type);
    }
    return at;
  }

  /** What does not fit goes into a chain of pages of its own. */
  #addLarge(row: number | bigint, { types, bytes, length }: StagedRecord, head: number): void {
    const payload = head + length;
    const whole = Buffer.allocUnsafe(payload);
    bytes.copy(whole, this.#writeHead(whole, 0, head, types), 0, length);
    const fitting = localMin + ((payload - localMin) % overflowBytes);
    const local = fitting <= localMax ? fitting : localMin;
    const first = this.#writeChain(whole.subarray(local));
    const place = this.#room(varintLength(payload) + varintLength(row) + local + 4);
    const at = writeVarint(this.#leaf, writeVarint(this.#leaf, place, payload), row);
    whole.copy(this.#leaf, at, 0, local);
    this.#leaf.writeUInt32BE(first, at + local);
    this.#last = row;
  }

  /** The number of the first of its pages. */
  #writeChain(bytes: Buffer): number {
    const first = this.#next;
    for (let from = 0; from < bytes.length; from += overflowBytes) {
      const more = from + overflowBytes < bytes.length;
      const page = this.#page();
      page.writeUInt32BE(more ? this.#next : 0, 0);
      const end = bytes.copy(page, 4, from, from + overflowBytes) + 4;
      page.fill(0, end);
    }
    return first;
  }

  /** Where in the leaf a cell of that size begins; its place is noted. */
  #room(size: number): number {
    if (this.#top - size < leafHeader + 2 * (this.#records + 1)) this.#endLeaf();
    this.#top -= size;
    this.#leaf.writeUInt16BE(this.#top, leafHeader + 2 * this.#records);
    this.#records += 1;
    return this.#top;
  }

  #endLeaf(): void {
    if (this.#records === 0) return;
    const leaf = this.#takeLeaf();
    this.#leaves.push({ page: this.#next, last: this.#last });
    leaf.copy(this.#page());
  }

  #takeLeaf(): Buffer {
    writeHeader(this.#leaf, leafKind, this.#records, this.#top);
    this.#records = 0;
    this.#top = pageBytes;
    return this.#leaf;
  }

  /** A level above these, each with as many of them as the others. */
  #interiors(children: readonly Child[]): Child[] {
    const pages = Math.ceil(children.length / this.#childrenMax);
    const each = Math.ceil(children.length / pages);
    const level: Child[] = [];
    for (let from = 0; from < children.length; from += each) {
      const own = children.slice(from, from + each);
      level.push({ page: this.#next, last: own.at(-1)?.last ?? 0 });
      interior(own).copy(this.#page());
    }
    return level;
  }

  #writeRoot(page: Buffer): void {
    writeSync(this.#file, page, 0, pageBytes, (rootPage - 1) * pageBytes);
  }

  /** The next page of the file, to be filled at once. */
  #page(): Buffer {
    if (this.#waiting === pagesAtOnce) this.#flush();
    const page = this.#written.subarray(this.#waiting * pageBytes, (this.#waiting + 1) * pageBytes);
    this.#waiting += 1;
    this.#next += 1;
    return page;
  }

  #flush(): void {
    const first = this.#next - this.#waiting;
    writeSync(this.#file, this.#written, 0, this.#waiting * pageBytes, (first - 1) * pageBytes);
    this.#waiting = 0;
  }
}

/** A thread that was killed may have left it, with a journal that would be played back into the next one. */
export function removeStaged(path: string): void {
  for (const suffix of ['', '-journal']) rmSync(path + suffix, { force: true });
}

function makeFile(path: string, columns: string): void {
  using file = new SqliteFile(path);
  file.run(`PRAGMA page_size = ${pageBytes}; PRAGMA encoding = 'UTF-8'; CREATE TABLE staged (${columns})`);
}

function interior(children: readonly Child[]): Buffer {
  const page = Buffer.alloc(pageBytes);
  const cells = children.length - 1;
  let top = pageBytes;
  for (const [at, { page: number, last }] of children.slice(0, cells).entries()) {
    top -= 4 + varintLength(last);
    page.writeUInt32BE(number, top);
    writeVarint(page, top + 4, last);
    page.writeUInt16BE(top, interiorHeader + 2 * at);
  }
  writeHeader(page, interiorKind, cells, top);
  page.writeUInt32BE(children.at(-1)?.page ?? 0, 8);
  return page;
}

/** Zero stands for the place behind a page of 65,536 bytes. */
function writeHeader(page: Buffer, kind: number, cells: number, top: number): void {
  page.writeUInt8(kind, 0);
  page.writeUInt16BE(0, 1);
  page.writeUInt16BE(cells, 3);
  page.writeUInt16BE(top % pageBytes, 5);
  page.writeUInt8(0, 7);
}
