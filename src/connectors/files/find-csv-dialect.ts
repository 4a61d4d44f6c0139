import type { FileOptions } from './address.ts';
import { decodeFieldsOf } from './decode-fields.ts';
import type { CsvDialect, Encoding, LineEnd } from './dialect.ts';
import { dialectUnclear } from './faults.ts';
import { findHeader } from './find-header.ts';
import { unescapeOf } from './read-csv-record.ts';
import { RecordShape, type ScanUnits } from './record-shape.ts';
import { scanCsvWith } from './scan-csv.ts';

/** The beginning of a file, in which its dialect is looked for. */
export interface Sample {
  readonly path: string;
  readonly units: ScanUnits;
  readonly buffer: Buffer;
  readonly encoding: Encoding;
  /** The file is longer than the sample: the last record may be cut off and is not looked at. */
  readonly cut: boolean;
}

/** What one dialect makes of the sample. */
interface Reading {
  readonly dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape'>;
  readonly records: readonly (readonly string[])[];
  /** Share of the records that are well formed and have the usual number of fields; 0 for one-field readings. */
  readonly fit: number;
  readonly usualFields: number;
  readonly problems: number;
  /** Some field begins with the quote, well closed or not: without that nothing speaks for this quote. */
  readonly quotes: boolean;
}

/** A space behind each comma belongs to the values or to the delimiter; where both fit, a person is asked. */
const delimiters = [',', ';', '\t', '|', ', ', '; '];
/** Below this share of records that fit, no reading is believed. */
const fitMin = 0.8;
/** A second reading is as good unless at least this many times more records do not fit it. */
const unfitTimes = 3;

/**
 * Finds delimiter, quote, escape and header: every candidate reads the sample, and one must fit clearly better than all that
 * read it differently. What a person said is not looked for. Throws `files.dialect-unclear` instead of guessing.
 */
export function findCsvDialect(sample: Sample, options: FileOptions, lineEnd: LineEnd): CsvDialect {
  const readings = candidates(options).map((dialect) => read(sample, dialect, options, lineEnd));
  const best = choose(sample, readings, options);
  const skipLines = options.skipLines ?? 0;
  const header = options.header ?? findHeader(sample.path, best.records, best.usualFields, options.columns);
  return {
    ...best.dialect,
    header,
    skipLines,
    nullText: options.null ?? null,
    strayQuotes: options.strayQuotes ?? 'bad',
  };
}

function candidates(options: FileOptions): Reading['dialect'][] {
  const found: Reading['dialect'][] = [];
  for (const delimiter of options.delimiter === undefined ? delimiters : [options.delimiter]) {
    for (const quote of options.quote === undefined ? ['"', "'"] : [options.quote]) {
      for (const escape of escapes(quote, options)) found.push({ delimiter, quote, escape });
    }
  }
  return found;
}

function escapes(quote: string | null, options: FileOptions): string[] {
  if (quote === null) return ['"'];
  return options.escape === undefined ? [quote, '\\'] : [options.escape];
}

function read(sample: Sample, dialect: Reading['dialect'], options: FileOptions, lineEnd: LineEnd): Reading {
  const scan = scanCsvWith({
    ...dialect,
    strayQuotes: options.strayQuotes ?? 'bad',
    carriageReturnEnds: lineEnd === 'cr',
  });
  const decode = decodeFieldsOf(sample.encoding);
  const unescape = unescapeOf({
    ...dialect,
    header: false,
    skipLines: 0,
    nullText: null,
    strayQuotes: 'bad',
  });
  const shape = new RecordShape();
  const records: string[][] = [];
  let problems = 0;
  let quotes = false;
  for (let at = skipped(sample, options, lineEnd); at < sample.units.length; at = shape.past) {
    if (!scan(sample.units, at, sample.units.length, !sample.cut, shape)) break;
    if (shape.problem !== null) {
      problems += 1;
      quotes ||= shape.problem === 'unclosed-quote' || shape.problem === 'text-behind-quote';
      continue;
    }
    quotes ||= shape.quoting.subarray(0, shape.fields).some((kind) => kind > 0);
    // Bytes that are no text say nothing about delimiters.
    const fields = decode(sample.buffer, shape);
    if (fields === null) continue;
    if (!(fields.length === 1 && fields[0] === '' && shape.quoting[0] === 0)) {
      records.push(fields.map((field, index) => (shape.quoting[index] === 2 ? unescape(field) : field)));
    }
  }
  return { dialect, records, problems, quotes, ...fitOf(records, problems) };
}

function skipped(sample: Sample, options: FileOptions, lineEnd: LineEnd): number {
  let at = 0;
  for (let line = 0; line < (options.skipLines ?? 0); line += 1) {
    const end = sample.units.indexOf(lineEnd === 'cr' ? 13 : 10, at);
    at = end < 0 ? sample.units.length : end + 1;
  }
  return at;
}

function fitOf(
  records: readonly (readonly string[])[],
  problems: number,
): { fit: number; usualFields: number } {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  let usualFields = 1;
  for (const [fields, count] of counts) {
    const usual = counts.get(usualFields) ?? 0;
    if (count > usual || (count === usual && fields > usualFields)) usualFields = fields;
  }
  const fitting = counts.get(usualFields) ?? 0;
  const all = records.length + problems;
  return { usualFields, fit: all === 0 ? 1 : fitting / all };
}

function choose(sample: Sample, readings: readonly Reading[], options: FileOptions): Reading {
  const distinct = withoutEqualReadings(readings.filter((reading) => isSupported(reading, readings)));
  const several = distinct.filter((reading) => reading.usualFields > 1 && reading.fit >= fitMin);
  several.sort((a, b) => b.fit - a.fit);
  const [best, second] = several;
  if (best === undefined) return oneColumn(sample, distinct, options);
  if (second !== undefined && !(second.fit < 1 && 1 - second.fit >= (1 - best.fit) * unfitTimes)) {
    const part =
      best.dialect.delimiter === second.dialect.delimiter ? quotingPart(best, second) : 'delimiter';
    throw dialectUnclear(sample.path, part, `${describe(best)}; or as well ${describe(second)}`);
  }
  return best;
}

/** A quote other than the usual one is not believed where it quotes nothing and another one does. */
function isSupported(reading: Reading, readings: readonly Reading[]): boolean {
  if (reading.quotes || reading.dialect.quote === '"') return true;
  const { delimiter } = reading.dialect;
  return !readings.some((other) => other.quotes && other.dialect.delimiter === delimiter);
}

function quotingPart(best: Reading, second: Reading): string {
  return best.dialect.quote === second.dialect.quote ? 'escape' : 'quote';
}

/** Dialects that read the sample alike are one; the first named (comma, double quote, doubled) stands for them. */
function withoutEqualReadings(readings: readonly Reading[]): Reading[] {
  const seen = new Map<string, Reading>();
  for (const reading of readings) {
    const text = JSON.stringify([reading.records, reading.problems]);
    if (!seen.has(text)) seen.set(text, reading);
  }
  return [...seen.values()];
}

/**
 * A file of one column is believed when no delimiter stands in it outside of quotes. Where a person said the delimiter, the one
 * reading that is left is taken however many records do not fit it: they are bad records, and are named.
 */
function oneColumn(sample: Sample, readings: readonly Reading[], options: FileOptions): Reading {
  if (options.delimiter !== undefined) return onlyReading(sample, readings);
  const single = readings.filter(({ usualFields, fit }) => usualFields === 1 && fit === 1);
  const [first] = single;
  if (
    first !== undefined &&
    readings.every(({ usualFields, fit }) => usualFields === 1 && fit === 1) &&
    single.length === 1
  ) {
    return first;
  }
  const fits = readings.map(describe).join('; ');
  throw dialectUnclear(sample.path, 'delimiter', `no reading fits most of its records: ${fits}`);
}

function onlyReading(sample: Sample, readings: readonly Reading[]): Reading {
  const [best, second] = readings.toSorted((a, b) => b.fit - a.fit);
  if (best === undefined) throw new RangeError('a file without any reading');
  if (second === undefined || best.fit > second.fit) return best;
  throw dialectUnclear(
    sample.path,
    quotingPart(best, second),
    `${describe(best)}; or as well ${describe(second)}`,
  );
}

function describe(reading: Reading): string {
  const { delimiter, quote, escape } = reading.dialect;
  const percent = Math.floor(reading.fit * 100);
  const fields = reading.usualFields === 1 ? 'one field' : `${reading.usualFields} fields`;
  const escaped = quote === null || quote === escape ? '' : ` escaped by ${escape}`;
  return `delimiter ${JSON.stringify(delimiter)} with quote ${quote ?? 'none'}${escaped} gives ${fields} in ${percent} % of the records`;
}
