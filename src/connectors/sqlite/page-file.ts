import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import { sqliteFault } from './faults.ts';

/** What has to be known of a database to read its pages; plain, so that threads can be told. */
export interface PageSource {
  readonly path: string;
  /** Of the file, and of its log; kept open by others (`SqliteFile.descriptor`). */
  readonly descriptor: number;
  readonly pageBytes: number;
  /** Of a page, without what its end is reserved for. */
  readonly usableBytes: number;
  /** As many as the snapshot sees. */
  readonly pages: number;
}

/**
 * The pages of a database as they lie in its file (https://www.sqlite.org/fileformat2.html#pages). Those that will follow are
 * read with the one that is asked for. Whoever reads sees to it that nobody writes meanwhile (`page-plan.ts`).
 */
export class PageFile {
  readonly usableBytes: number;
  readonly #source: PageSource;
  readonly #lockPage: number;
  readonly #tree: PageWindow;
  readonly #overflow: PageWindow;
  /** The page that was opened last begins at `at` of `bytes`, until the next one is opened. */
  bytes: Buffer;
  at = 0;

  constructor(source: PageSource) {
    this.#source = source;
    this.usableBytes = source.usableBytes;
    this.#lockPage = Math.floor(lockByte / source.pageBytes) + 1;
    this.#tree = new PageWindow(source);
    this.#overflow = new PageWindow(source);
    this.bytes = this.#tree.bytes;
  }

  /** @param siblings pages that will be asked for from place `next` on, in their order */
  open(page: number, siblings: Uint32Array = noPages, next = 0): void {
    this.#mustBeThere(page);
    if (!this.#tree.holds(page)) this.#fill(this.#tree, page, this.#run(page, siblings, next));
    this.at = this.#tree.placeOf(page);
  }

  /**
   * Fills `into` from place `at` to its `end` with the rest of a record, which lies in a chain of pages
   * (https://www.sqlite.org/fileformat2.html#ovflpgs). The page that was opened last stays open.
   */
  copyChain(first: number, into: Buffer, at: number, end: number): void {
    const room = this.usableBytes - 4;
    let page = first;
    for (let place = at; place < end; place += room) {
      this.#mustBeThere(page);
      const window = this.#tree.holds(page) ? this.#tree : this.#overflow;
      if (!window.holds(page)) this.#fill(window, page, Math.ceil((end - place) / room));
      const start = window.placeOf(page);
      window.bytes.copy(into, place, start + 4, start + 4 + Math.min(room, end - place));
      page = window.bytes.readUInt32BE(start);
    }
  }

  damaged(page: number, what: string): Error {
    return sqliteFault.damagedPage(this.#source.path, page, what);
  }

  #mustBeThere(page: number): void {
    if (page < 1 || page > this.#source.pages || page === this.#lockPage)
      throw this.damaged(page, 'is referred to, and is no page of the file');
  }

  #fill(window: PageWindow, page: number, count: number): void {
    if (!window.fill(page, Math.min(count, this.#source.pages - page + 1)))
      throw this.damaged(page, 'lies behind the end of the file');
  }

  /** How many pages from this one on are worth reading at once: as far as half of them or more are asked for. */
  #run(page: number, siblings: Uint32Array, next: number): number {
    const { pagesMax } = this.#tree;
    let wanted = 1;
    let span = 1;
    for (let at = next; at < siblings.length && at < next + pagesMax; at += 1) {
      const ahead = (siblings[at] as number) - page;
      if (ahead <= 0 || ahead >= pagesMax) continue;
      wanted += 1;
      if (ahead >= span) span = ahead + 1;
    }
    return wanted * 2 >= span ? span : 1;
  }
}

/** The page with this byte is never used: programs lock parts of it (https://www.sqlite.org/fileformat2.html#the_lock_byte_page). */
const lockByte = 0x4000_0000;
const windowBytes = 256 * 1024;
const noPages = new Uint32Array(0);

/** Some pages that follow each other in the file. */
class PageWindow {
  readonly bytes: Buffer;
  readonly pagesMax: number;
  readonly #source: PageSource;
  #first = 0;
  #count = 0;

  constructor(source: PageSource) {
    this.#source = source;
    this.pagesMax = Math.max(1, windowBytes / source.pageBytes);
    this.bytes = Buffer.allocUnsafeSlow(this.pagesMax * source.pageBytes);
  }

  holds(page: number): boolean {
    return page >= this.#first && page < this.#first + this.#count;
  }

  placeOf(page: number): number {
    return (page - this.#first) * this.#source.pageBytes;
  }

  /** False where the file has no such page. */
  fill(page: number, count: number): boolean {
    const { descriptor, pageBytes } = this.#source;
    const wanted = Math.min(count, this.pagesMax) * pageBytes;
    const from = (page - 1) * pageBytes;
    let read = 0;
    while (read < wanted) {
      const more = readSync(descriptor, this.bytes, read, wanted - read, from + read);
      if (more === 0) break;
      read += more;
    }
    this.#first = page;
    this.#count = Math.floor(read / pageBytes);
    return this.#count > 0;
  }
}
