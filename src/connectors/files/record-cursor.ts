import { createHash, type Hash } from 'node:crypto';
import { ByteWindow } from './byte-window.ts';
import { quotesNeverClose, unitBroken } from './faults.ts';
import type { ByteSource } from './open-bytes.ts';
import { RecordShape, type ScanUnits } from './record-shape.ts';
import type { ScanRecord } from './scan-csv.ts';
import type { SkipOutcome, SkipRecord } from './skip-record.ts';

/**
 * Walks over the records of one file, one after the other, in bounded memory.
 *
 * Use: `step()` until it says `end`; on `more` await `more()`, take its record if it has one, and step again. What stands in `shape`, `line` and `offset`
 * is valid until the next call.
 *
 * Invariants: 1. every byte of the file is in a record, in a line end, in a blank line, or in front of the first record.
 * 2. no more than twice `recordBytesMax` is held, whatever the file holds; a larger record is skipped over and described.
 */
export interface CursorOptions {
  readonly path: string;
  readonly open: (offset: number) => ByteSource;
  readonly unitBytes: 1 | 2;
  readonly swapped: boolean;
  readonly scan: ScanRecord;
  readonly skip: SkipRecord;
  /** A line without anything on it is no record. */
  readonly skipBlank: boolean;
  readonly recordBytesMax: number;
}

/** A record too large to hold: its size, the digest of all of it, and its beginning. */
export interface Oversize {
  readonly bytes: number;
  readonly sha256: string;
  readonly head: Uint8Array;
}

export type Step = 'record' | 'more' | 'end';

const headBytes = 64 * 1024;
const unclosedMax = 100;

export class RecordCursor {
  readonly shape: RecordShape = new RecordShape();
  readonly #options: CursorOptions;
  #window: ByteWindow;
  #at = 0;
  #nextLine: number;
  #tooLarge = false;
  #unclosed = 0;
  /** The physical line, counted from 1, on which the record starts. */
  line = 0;
  offset = 0;
  oversize: Oversize | null = null;

  /** @param line the physical line that starts at `offset`, counted from 1 */
  constructor(options: CursorOptions, offset: number, line: number) {
    this.#options = options;
    this.#nextLine = line;
    this.#window = this.#windowAt(offset);
  }

  get bytes(): Buffer {
    return this.#window.bytes;
  }

  /** What is held of the file, and whether it goes up to its end. */
  get held(): { readonly units: ScanUnits; readonly ended: boolean } {
    return this.#window;
  }

  get nextOffset(): number {
    return this.#window.offsetOf(this.#at);
  }

  /** How far the file was read. */
  get heldTo(): number {
    return this.#window.offsetOf(this.#window.units.length);
  }

  /** The line on which the next record starts at the earliest. */
  get nextLine(): number {
    return this.#nextLine;
  }

  /** Every byte of the file was looked at. */
  get atEnd(): boolean {
    return this.#window.ended && this.#at >= this.#window.units.length;
  }

  get recordBytes(): number {
    return this.oversize?.head.length ?? (this.shape.past - this.shape.start) * this.#options.unitBytes;
  }

  /** Makes the current record the next one again; one too large to hold stays passed, which `nextOffset` shows. */
  stepBack(): void {
    if (this.oversize !== null) return;
    this.#at = this.shape.start;
    this.#nextLine = this.line;
  }

  /** The record's own bytes without its line end; of one too large to hold, its beginning. */
  original(): Uint8Array {
    const { start, past, lineEndUnits } = this.shape;
    return this.oversize?.head ?? this.#window.original(start, past - lineEndUnits);
  }

  step(): Step {
    this.oversize = null;
    for (;;) {
      const { units, ended } = this.#window;
      if (this.#at >= units.length) {
        if (this.#window.endsInsideUnit) throw unitBroken(this.#options.path);
        return ended ? 'end' : 'more';
      }
      if (!this.#options.scan(units, this.#at, units.length, ended, this.shape)) return this.#unfinished();
      this.#take();
      if (!this.#isBlank(units)) return 'record';
    }
  }

  /** @returns true when a record too large to hold was passed and is the current one now: `oversize` describes it. */
  async more(): Promise<boolean> {
    this.#window.discard(this.#at);
    this.#at = 0;
    const tooLarge = this.#tooLarge;
    this.#tooLarge = false;
    if (tooLarge) await this.#passOversize();
    else await this.#window.fill();
    return tooLarge;
  }

  async #passOversize(): Promise<void> {
    const start = this.#window.offsetOf(0);
    const machine = this.#options.skip();
    const record = new Digesting();
    let firstLine: DigestingCopy | null = null;
    for (;;) {
      const { units } = this.#window;
      const outcome = machine.look(units, units.length);
      if (firstLine === null && machine.firstLineUnits !== null) {
        firstLine = record.copyWith(this.#window.original(0, machine.firstLineUnits - machine.unitsBefore));
      }
      if (outcome.ended) {
        record.add(this.#window.original(0, outcome.past));
        this.#passed(record, start, outcome);
        this.#at = outcome.past;
        return;
      }
      record.add(this.#window.original(0, units.length));
      this.#window.discard(units.length);
      if (!(await this.#window.fill())) break;
    }
    await this.#passUnfinished(machine.inQuotes, record, firstLine, start, machine.lines);
  }

  async close(): Promise<void> {
    await this.#window.close();
  }

  #windowAt(offset: number): ByteWindow {
    const { open, unitBytes, swapped } = this.#options;
    return new ByteWindow(open(offset), unitBytes, swapped, offset);
  }

  #take(): void {
    const { shape } = this;
    this.line = this.#nextLine;
    this.offset = this.#window.offsetOf(shape.start);
    this.#nextLine += shape.lines;
    this.#at = shape.past;
    if (shape.problem === 'unclosed-quote') {
      this.#unclosed += 1;
      if (this.#unclosed > unclosedMax) throw quotesNeverClose(this.#options.path, this.line);
    }
  }

  #unfinished(): 'more' {
    const held = this.#window.heldBytes - this.#at * this.#options.unitBytes;
    this.#tooLarge = held > this.#options.recordBytesMax;
    return 'more';
  }

  #isBlank(units: ScanUnits): boolean {
    const { shape } = this;
    if (!this.#options.skipBlank || shape.fields !== 1 || shape.quoting[0] !== 0 || shape.problem !== null)
      return false;
    for (let at = shape.starts[0] as number; at < (shape.ends[0] as number); at += 1) {
      if (units[at] !== 32 && units[at] !== 9) return false;
    }
    return true;
  }

  #passed(record: Digesting, start: number, outcome: SkipOutcome): void {
    this.#describe(record.described(), start);
    this.#nextLine += outcome.lines;
  }

  #describe(oversize: Oversize, start: number): void {
    this.shape.begin(0);
    this.line = this.#nextLine;
    this.offset = start;
    this.oversize = oversize;
  }

  /** The file ended inside the record: with an open quote only its first line is bad, and reading goes on behind that. */
  async #passUnfinished(
    inQuotes: boolean,
    record: Digesting,
    firstLine: DigestingCopy | null,
    start: number,
    lines: number,
  ): Promise<void> {
    if (!inQuotes || firstLine === null) {
      this.#describe(record.described(), start);
      this.#nextLine += lines;
      return;
    }
    this.#unclosed += 1;
    if (this.#unclosed > unclosedMax) throw quotesNeverClose(this.#options.path, this.#nextLine);
    this.#describe({ ...firstLine.described, head: this.#withoutLineEnd(firstLine.described.head) }, start);
    this.shape.problem = 'unclosed-quote';
    await this.#window.close();
    this.#window = this.#windowAt(start + firstLine.bytes);
    this.#nextLine += 1;
    this.#at = 0;
  }

  #withoutLineEnd(line: Uint8Array): Uint8Array {
    const { unitBytes, swapped } = this.#options;
    const first = swapped ? 1 : 0;
    let end = line.length;
    while (end >= unitBytes && [10, 13].includes(line[end - unitBytes + first] ?? 0)) end -= unitBytes;
    return line.subarray(0, end);
  }
}

interface DigestingCopy {
  readonly described: Oversize;
  readonly bytes: number;
}

/** Digest, size and beginning of bytes that are not kept. */
class Digesting {
  readonly #hash: Hash;
  #bytes: number;
  #head: Buffer;

  constructor(hash: Hash = createHash('sha256'), bytes: number = 0, head: Buffer = Buffer.alloc(0)) {
    this.#hash = hash;
    this.#bytes = bytes;
    this.#head = head;
  }

  add(part: Uint8Array): void {
    this.#hash.update(part);
    this.#bytes += part.length;
    if (this.#head.length < headBytes) {
      this.#head = Buffer.concat([this.#head, part.subarray(0, headBytes - this.#head.length)]);
    }
  }

  copyWith(part: Uint8Array): DigestingCopy {
    const copy = new Digesting(this.#hash.copy(), this.#bytes, this.#head);
    copy.add(part);
    return { described: copy.described(), bytes: this.#bytes + part.length };
  }

  described(): Oversize {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex'), head: this.#head };
  }
}
