import type { RecordShape } from './record-shape.ts';
import { type CsvGrammar, type ScanRecord, scanCsvWith } from './scan-csv.ts';

/**
 * As `scanCsvWith`, for whoever knows by other means what bytes there are: `high` and `nul` say nothing. A record that is
 * whole and plain is cut here, in half the time; every other one there.
 */
export function scanPlainWith(grammar: CsvGrammar): ScanRecord {
  const scan = scanCsvWith(grammar);
  const { delimiter, quote, escape, carriageReturnEnds } = grammar;
  if (delimiter.length > 1 || quote === null || quote !== escape || quote === delimiter || carriageReturnEnds)
    return scan;
  const plain = new PlainMachine(quote, delimiter);
  return (units, from, to, atEnd, shape) =>
    (units instanceof Uint8Array && plain.scan(units, from, to, shape)) ||
    scan(units, from, to, atEnd, shape);
}

const lineFeed = 10;
const carriageReturn = 13;

/** So far it looks for a quote itself; for what is farther away a search of the machine's own is faster. */
const nearBytes = 16;

class PlainMachine {
  readonly #quote: number;
  readonly #delimiter: number;
  /** 1 for what ends a field without quotes, or has no place in it. */
  readonly #ends: Uint8Array = new Uint8Array(256);
  #units: Uint8Array = new Uint8Array(0);
  #bytes: Buffer = Buffer.alloc(0);
  /** The first line feed that was not counted yet. */
  #line = -1;

  constructor(quote: string, delimiter: string) {
    this.#quote = quote.charCodeAt(0);
    this.#delimiter = delimiter.charCodeAt(0);
    for (const unit of [lineFeed, carriageReturn, this.#quote, this.#delimiter]) this.#ends[unit] = 1;
  }

  /** @returns false when the record is not whole, or not plain */
  scan(units: Uint8Array, from: number, to: number, shape: RecordShape): boolean {
    if (units !== this.#units) this.#look(units);
    shape.begin(from);
    for (let at = from; at < to; at += 1) {
      if (units[at] === this.#quote) {
        at = this.#quoted(units, at + 1, to, shape) + 1;
        if (at === 0) return false;
      } else {
        const start = at;
        at = this.#bareEnd(units, at, to);
        shape.field(start, at, false, false);
      }
      if (units[at] !== this.#delimiter || at >= to) return lineEnds(units, at, to, shape);
    }
    return false;
  }

  #look(units: Uint8Array): void {
    this.#units = units;
    this.#bytes = Buffer.from(units.buffer, units.byteOffset, units.length);
    this.#line = -1;
  }

  #bareEnd(units: Uint8Array, from: number, to: number): number {
    const ends = this.#ends;
    let at = from;
    while (at < to && ends[units[at] as number] !== 1) at += 1;
    return at;
  }

  /** @returns where the closing quote is; -1 when there is none */
  #quoted(units: Uint8Array, from: number, to: number, shape: RecordShape): number {
    const quote = this.#quote;
    let escapes = false;
    for (let at = from; at < to; at += 2) {
      const near = Math.min(at + nearBytes, to);
      while (at < near && units[at] !== quote) at += 1;
      if (at === near) at = this.#bytes.indexOf(quote, at);
      if (at < 0 || at >= to) return -1;
      if (units[at + 1] !== quote) {
        shape.field(from, at, true, escapes);
        this.#countLines(from, at, to, shape);
        return at;
      }
      escapes = true;
    }
    return -1;
  }

  #countLines(from: number, end: number, to: number, shape: RecordShape): void {
    if (this.#line < from) this.#line = this.#nextLine(from, to);
    while (this.#line < end) {
      shape.lines += 1;
      this.#line = this.#nextLine(this.#line + 1, to);
    }
  }

  #nextLine(from: number, to: number): number {
    const found = this.#bytes.indexOf(lineFeed, from);
    return found < 0 ? to : found;
  }
}

/** Whether the record ends here with a line end. */
function lineEnds(units: Uint8Array, at: number, to: number, shape: RecordShape): boolean {
  const crlf = units[at] === carriageReturn;
  const feed = crlf ? at + 1 : at;
  if (feed >= to || units[feed] !== lineFeed) return false;
  shape.lines += 1;
  shape.end(feed + 1, crlf ? 2 : 1);
  return true;
}
