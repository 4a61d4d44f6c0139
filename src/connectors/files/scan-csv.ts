import type { RecordShape, ScanUnits } from './record-shape.ts';

/**
 * Finds the end of one CSV record and its fields, by bytes (or 16-bit units), without making text.
 *
 * Invariants: 1. a record that is complete is cut the same way wherever the chunks it came in ended.
 * 2. what is not well formed is a problem of this record, never a guess: a quote in an unquoted field, text behind a closing
 * quote, a lone carriage return. 3. a broken record ends at the end of the line where it broke; one whose quote is never
 * closed is its first line only, so that one lost quote costs one line and not the rest of the file.
 */
export type ScanRecord = (
  units: ScanUnits,
  from: number,
  to: number,
  atEnd: boolean,
  shape: RecordShape,
) => boolean;

export interface CsvGrammar {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly escape: string;
  readonly strayQuotes: 'bad' | 'keep';
  readonly carriageReturnEnds: boolean;
}

const ordinary = 0;
const delimiterClass = 1;
const lineEndClass = 2;
const otherEndClass = 3;
const quoteClass = 4;
const nulClass = 5;
const highClass = 6;

const lineFeed = 10;
const carriageReturn = 13;

/** @returns a scanner that answers false when the record may go on past `to` and `atEnd` is false. */
export function scanCsvWith(grammar: CsvGrammar): ScanRecord {
  const classes = classesOf(grammar);
  const tail = grammar.delimiter.slice(1);
  const machine = new CsvMachine(classes, tail, grammar);
  return (units, from, to, atEnd, shape) => machine.scan(units, from, to, atEnd, shape);
}

function classesOf(grammar: CsvGrammar): Uint8Array {
  const classes = new Uint8Array(256);
  classes.fill(highClass, 128);
  classes[0] = nulClass;
  classes[lineFeed] = grammar.carriageReturnEnds ? otherEndClass : lineEndClass;
  classes[carriageReturn] = grammar.carriageReturnEnds ? lineEndClass : otherEndClass;
  classes[grammar.delimiter.charCodeAt(0)] = delimiterClass;
  if (grammar.quote !== null) classes[grammar.quote.charCodeAt(0)] = quoteClass;
  return classes;
}

class CsvMachine {
  readonly #classes: Uint8Array;
  /** Inside quotes a delimiter, or half a line end, is nothing special. */
  readonly #inside: Uint8Array;
  readonly #tail: string;
  readonly #quote: number;
  readonly #escape: number;
  readonly #keepStray: boolean;
  readonly #lineEnd: number;

  constructor(classes: Uint8Array, tail: string, grammar: CsvGrammar) {
    this.#classes = classes;
    this.#inside = classes.map((kind) =>
      kind === delimiterClass || kind === otherEndClass ? ordinary : kind,
    );
    this.#inside[grammar.escape.charCodeAt(0)] = quoteClass;
    this.#tail = tail;
    this.#quote = grammar.quote?.charCodeAt(0) ?? -1;
    this.#escape = grammar.escape.charCodeAt(0);
    this.#keepStray = grammar.strayQuotes === 'keep';
    this.#lineEnd = grammar.carriageReturnEnds ? carriageReturn : lineFeed;
  }

  scan(units: ScanUnits, from: number, to: number, atEnd: boolean, shape: RecordShape): boolean {
    shape.begin(from);
    let at = from;
    for (;;) {
      const next =
        units[at] === this.#quote && at < to
          ? this.#quotedField(units, at, to, atEnd, shape)
          : this.#bareField(units, at, to, atEnd, shape);
      if (next < 0) return false;
      if (shape.ended) return true;
      at = next;
    }
  }

  /** @returns where the next field starts; -1 when more is needed. */
  #bareField(units: ScanUnits, from: number, to: number, atEnd: boolean, shape: RecordShape): number {
    const classes = this.#classes;
    for (let at = from; at < to; at += 1) {
      // Most of a file is ordinary: nothing else is looked at until something is not.
      while (at < to && classes[units[at] as number] === ordinary) at += 1;
      if (at >= to) break;
      const unit = units[at] as number;
      const kind = unit < 256 ? classes[unit] : highClass;
      if (kind === highClass) shape.high = true;
      else if (kind === nulClass) shape.nul = true;
      else if (kind === delimiterClass) {
        const past = this.#pastDelimiter(units, at, to, atEnd);
        if (past < 0) return -1;
        if (past === at) continue;
        shape.field(from, at, false, false);
        return past;
      } else if (kind === lineEndClass) {
        const crlf = unit === lineFeed && at > from && units[at - 1] === carriageReturn;
        shape.field(from, crlf ? at - 1 : at, false, false);
        shape.lines += 1;
        return shape.end(at + 1, crlf ? 2 : 1);
      } else if (kind === quoteClass) {
        if (!this.#keepStray) return this.#broken('stray-quote', units, at, to, atEnd, shape);
      } else if (this.#lineEnd === carriageReturn) {
        return this.#broken('stray-line-end', units, at, to, atEnd, shape);
      } else {
        // A carriage return is part of a line end only directly before a line feed.
        if (at + 1 >= to && !atEnd) return -1;
        if (at + 1 < to && units[at + 1] === lineFeed) continue;
        if (at + 1 >= to) {
          shape.field(from, at, false, false);
          shape.lines += 1;
          return shape.end(to, 1);
        }
        return this.#broken('stray-line-end', units, at, to, atEnd, shape);
      }
    }
    if (!atEnd) return -1;
    shape.field(from, to, false, false);
    return shape.end(to, 0);
  }

  #quotedField(units: ScanUnits, from: number, to: number, atEnd: boolean, shape: RecordShape): number {
    const quote = this.#quote;
    const escape = this.#escape;
    const classes = this.#classes;
    const inside = this.#inside;
    let escapes = false;
    for (let at = from + 1; at < to; at += 1) {
      while (at < to && inside[units[at] as number] === ordinary) at += 1;
      if (at >= to) break;
      const unit = units[at] as number;
      if (unit === escape && unit !== quote) {
        if (at + 1 >= to && !atEnd) return -1;
        if (units[at + 1] === quote || units[at + 1] === escape) {
          escapes = true;
          at += 1;
        }
      } else if (unit === quote) {
        if (at + 1 >= to && !atEnd) return -1;
        if (at + 1 < to && units[at + 1] === quote && escape === quote) {
          escapes = true;
          at += 1;
        } else return this.#behindQuote(units, from, at, escapes, to, atEnd, shape);
      } else if (unit === this.#lineEnd) shape.lines += 1;
      else {
        const kind = unit < 256 ? classes[unit] : highClass;
        if (kind === highClass) shape.high = true;
        else if (kind === nulClass) shape.nul = true;
      }
    }
    return atEnd ? this.#unclosed(units, to, shape) : -1;
  }

  /** Directly behind a closing quote only a delimiter or the record's end may stand. */
  #behindQuote(
    units: ScanUnits,
    from: number,
    closing: number,
    escapes: boolean,
    to: number,
    atEnd: boolean,
    shape: RecordShape,
  ): number {
    const at = closing + 1;
    if (at >= to) {
      shape.field(from + 1, closing, true, escapes);
      return shape.end(to, 0);
    }
    const kind = this.#classes[units[at] as number];
    if (kind === delimiterClass) {
      const past = this.#pastDelimiter(units, at, to, atEnd);
      if (past < 0) return -1;
      if (past > at) {
        shape.field(from + 1, closing, true, escapes);
        return past;
      }
    } else if (kind === lineEndClass) {
      shape.field(from + 1, closing, true, escapes);
      shape.lines += 1;
      return shape.end(at + 1, 1);
    } else if (kind === otherEndClass && this.#lineEnd === lineFeed) {
      if (at + 1 >= to && !atEnd) return -1;
      if (at + 1 >= to || units[at + 1] === lineFeed) {
        shape.field(from + 1, closing, true, escapes);
        shape.lines += 1;
        return shape.end(Math.min(at + 2, to), 2);
      }
    }
    return this.#broken('text-behind-quote', units, at, to, atEnd, shape);
  }

  /** @returns `at` when what stands there is not the whole delimiter; -1 when more is needed. */
  #pastDelimiter(units: ScanUnits, at: number, to: number, atEnd: boolean): number {
    const tail = this.#tail;
    if (tail === '') return at + 1;
    for (let part = 0; part < tail.length; part += 1) {
      if (at + 1 + part >= to) return atEnd ? at : -1;
      if (units[at + 1 + part] !== tail.charCodeAt(part)) return at;
    }
    return at + 1 + tail.length;
  }

  /** The record is bad up to the end of the line where it broke. */
  #broken(
    problem: 'stray-quote' | 'text-behind-quote' | 'stray-line-end',
    units: ScanUnits,
    at: number,
    to: number,
    atEnd: boolean,
    shape: RecordShape,
  ): number {
    const end = units.indexOf(this.#lineEnd, at);
    if ((end < 0 || end >= to) && !atEnd) return -1;
    shape.problem = problem;
    shape.problemAt = at;
    if (end < 0 || end >= to) return shape.end(to, 0);
    shape.lines += 1;
    return shape.end(end + 1, 1);
  }

  #unclosed(units: ScanUnits, to: number, shape: RecordShape): number {
    const end = units.indexOf(this.#lineEnd, shape.start);
    const inside = end >= 0 && end < to;
    shape.problem = 'unclosed-quote';
    shape.problemAt = shape.start;
    shape.lines = inside ? 1 : 0;
    return inside ? shape.end(end + 1, 1) : shape.end(to, 0);
  }
}
