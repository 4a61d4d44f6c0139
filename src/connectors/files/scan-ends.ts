import { ClosingQuote } from './closing-quote.ts';
import type { RecordShape, ScanUnits } from './record-shape.ts';
import { type CsvGrammar, type ScanRecord, scanCsvWith } from './scan-csv.ts';

/**
 * Where CSV records end, and nothing else: for whoever counts them. Ends, lines and quotes that never close are those of
 * `scanCsvWith`; fields are told only of a line without anything on it, other problems not at all. It looks at quotes and line
 * ends alone, which takes a fifth of the time.
 */
export function scanEndsWith(grammar: CsvGrammar): ScanRecord {
  if (!isPlain(grammar)) return scanCsvWith(grammar);
  const machine = new EndsMachine(grammar);
  return (units, from, to, atEnd, shape) => machine.scan(units, from, to, atEnd, shape);
}

/** Where the unit in front of a quote says whether a field starts there, and a line feed whether the record ends. */
function isPlain({ delimiter, quote, escape, carriageReturnEnds }: CsvGrammar): boolean {
  if (carriageReturnEnds || quote === ' ') return false;
  return delimiter.length === 1 && delimiter !== quote && delimiter !== escape;
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;

/** Answers of the parts of a scan that are no place. */
const more = -1;
const whole = -2;

class EndsMachine {
  readonly #quote: number;
  readonly #escape: number;
  readonly #delimiter: number;
  readonly #keepStray: boolean;
  /** 1 for what may end a field without quotes, or the text within quotes. */
  readonly #outside: Uint8Array = new Uint8Array(256);
  readonly #inside: Uint8Array = new Uint8Array(256);
  readonly #closing: ClosingQuote;

  constructor(grammar: CsvGrammar) {
    this.#quote = grammar.quote?.charCodeAt(0) ?? -1;
    this.#escape = grammar.escape.charCodeAt(0);
    this.#delimiter = grammar.delimiter.charCodeAt(0);
    this.#closing = new ClosingQuote(this.#quote);
    this.#keepStray = grammar.strayQuotes === 'keep';
    for (const unit of [lineFeed, carriageReturn, this.#quote]) if (unit >= 0) this.#outside[unit] = 1;
    for (const unit of [lineFeed, this.#escape, this.#quote]) if (unit >= 0) this.#inside[unit] = 1;
  }

  scan(units: ScanUnits, from: number, to: number, atEnd: boolean, shape: RecordShape): boolean {
    shape.begin(from);
    for (let at = from; ; ) {
      const quote = this.#bare(units, from, at, to, atEnd, shape);
      if (quote < 0) return quote === whole;
      at = this.#quoted(units, quote + 1, to, atEnd, shape);
      if (at < 0) return at === whole;
    }
  }

  /** @returns where a quoted field starts */
  #bare(
    units: ScanUnits,
    start: number,
    from: number,
    to: number,
    atEnd: boolean,
    shape: RecordShape,
  ): number {
    const outside = this.#outside;
    for (let at = from; at < to; at += 1) {
      // A unit of UTF-16 may be beyond the table, and is nothing special then.
      while (at < to && outside[units[at] as number] !== 1) at += 1;
      if (at >= to) break;
      const unit = units[at];
      if (unit === lineFeed) return this.#line(units, start, at, shape);
      if (unit === this.#quote) {
        if (at === start || units[at - 1] === this.#delimiter) return at;
        if (!this.#keepStray) return this.#broken(units, at, to, atEnd, shape);
      } else if (at + 1 < to) {
        if (units[at + 1] !== lineFeed) return this.#broken(units, at, to, atEnd, shape);
      } else if (atEnd) {
        this.#tellBlank(units, start, at, shape);
        shape.lines += 1;
        shape.end(to, 1);
        return whole;
      }
    }
    if (!atEnd) return more;
    this.#tellBlank(units, start, to, shape);
    shape.end(to, 0);
    return whole;
  }

  /** @returns the place behind the delimiter that follows the quotes, where the next field starts */
  #quoted(units: ScanUnits, from: number, to: number, atEnd: boolean, shape: RecordShape): number {
    const inside = this.#inside;
    const [quote, escape] = [this.#quote, this.#escape];
    if (quote === escape && units instanceof Uint8Array) {
      const end = this.#closing.find(units, from, to);
      if (end >= 0 && (end + 1 < to || atEnd)) {
        shape.lines += this.#closing.lines(from, end);
        return this.#behindQuote(units, end + 1, to, atEnd, shape);
      }
    }
    for (let at = from; at < to; at += 1) {
      while (at < to && inside[units[at] as number] !== 1) at += 1;
      if (at >= to) break;
      const unit = units[at];
      if (unit === lineFeed) shape.lines += 1;
      else if (at + 1 >= to && !atEnd) return more;
      else if (unit === escape && at + 1 < to && (units[at + 1] === quote || units[at + 1] === escape))
        at += 1;
      else if (unit === quote) return this.#behindQuote(units, at + 1, to, atEnd, shape);
    }
    if (!atEnd) return more;
    this.#unclosed(units, to, shape);
    return whole;
  }

  #behindQuote(units: ScanUnits, at: number, to: number, atEnd: boolean, shape: RecordShape): number {
    if (at >= to) {
      shape.end(to, 0);
      return whole;
    }
    const unit = units[at];
    if (unit === this.#delimiter) return at + 1;
    if (unit === carriageReturn) {
      if (at + 1 >= to && !atEnd) return more;
      if (at + 1 < to && units[at + 1] !== lineFeed) return this.#broken(units, at, to, atEnd, shape);
    } else if (unit !== lineFeed) return this.#broken(units, at, to, atEnd, shape);
    shape.lines += 1;
    const endUnits = unit === carriageReturn ? 2 : 1;
    shape.end(Math.min(at + endUnits, to), endUnits);
    return whole;
  }

  #line(units: ScanUnits, start: number, at: number, shape: RecordShape): number {
    const crlf = at > start && units[at - 1] === carriageReturn;
    this.#tellBlank(units, start, crlf ? at - 1 : at, shape);
    shape.lines += 1;
    shape.end(at + 1, crlf ? 2 : 1);
    return whole;
  }

  /** A line of nothing, or of spaces and tabs that delimit nothing, is one field without quotes. */
  #tellBlank(units: ScanUnits, start: number, end: number, shape: RecordShape): void {
    for (let at = start; at < end; at += 1) {
      const unit = units[at];
      if ((unit !== space && unit !== tab) || unit === this.#delimiter) return;
    }
    shape.field(start, end, false, false);
  }

  #broken(units: ScanUnits, at: number, to: number, atEnd: boolean, shape: RecordShape): number {
    const end = units.indexOf(lineFeed, at);
    const inside = end >= 0 && end < to;
    if (!inside && !atEnd) return more;
    if (inside) shape.lines += 1;
    shape.end(inside ? end + 1 : to, inside ? 1 : 0);
    return whole;
  }

  #unclosed(units: ScanUnits, to: number, shape: RecordShape): void {
    const end = units.indexOf(lineFeed, shape.start);
    const inside = end >= 0 && end < to;
    shape.problem = 'unclosed-quote';
    shape.problemAt = shape.start;
    shape.lines = inside ? 1 : 0;
    shape.end(inside ? end + 1 : to, inside ? 1 : 0);
  }
}
