import { type FileHandle, open } from 'node:fs/promises';
import type { FileOptions } from './address.ts';
import { recordBytesMax } from './address.ts';
import { decodeFieldsOf } from './decode-fields.ts';
import type { Compression, CsvDialect, Dialect, LineEnd } from './dialect.ts';
import { dialectUnclear, fromSystem, headerUnusable, optionWrong } from './faults.ts';
import { findCsvDialect, type Sample } from './find-csv-dialect.ts';
import { findEncoding, markBytes } from './find-encoding.ts';
import type { FoundFile } from './list-files.ts';
import { openBytes, openSource } from './open-bytes.ts';
import { unescapeOf } from './read-csv-record.ts';
import { RecordCursor } from './record-cursor.ts';
import { RecordShape, type ScanUnits } from './record-shape.ts';
import { type CsvGrammar, type ScanRecord, scanCsvWith } from './scan-csv.ts';
import { scanEndsWith } from './scan-ends.ts';
import { scanLine } from './scan-line.ts';
import { scanPlainWith } from './scan-plain.ts';
import { skipping } from './skip-record.ts';

/** A file whose dialect is known: what is needed to walk over its records. */
export interface RelationFile {
  readonly found: FoundFile;
  readonly dialect: Dialect;
  /** CSV: the columns' names; JSON Lines: empty, its fields come from the records. */
  readonly columns: readonly string[];
  /** The header as it is written, so that it is recognised when it comes again. */
  readonly headerTexts: readonly string[] | null;
  /** Where the first record starts, in the decompressed content. */
  readonly dataOffset: number;
  readonly dataLine: number;
  readonly recordBytesMax: number;
  /** Records and bytes of the beginning that was looked at, for an estimate. */
  readonly sampled: { readonly records: number; readonly bytes: number };
}

const sampleBytes = 256 * 1024;

export async function loadRelationFile(
  found: FoundFile,
  format: 'csv' | 'jsonl',
  options: FileOptions,
): Promise<RelationFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(found.path, 'r');
    const compression = options.compression ?? (await compressionOf(file, found.compression));
    const encoding = await encodingOf(file, found, compression, options);
    const sample = await takeSample(file, found, compression, encoding);
    return format === 'csv'
      ? loadCsv(found, sample, options, { ...encoding, compression })
      : loadJsonLines(found, sample, options, { ...encoding, compression });
  } catch (error) {
    throw fromSystem(error, found.path);
  } finally {
    await file?.close();
  }
}

/** A cursor that stands before the record that starts at this offset, on this physical line. */
export function openCursor(
  file: RelationFile,
  handle: FileHandle,
  offset: number,
  line: number,
): RecordCursor {
  return cursorWith(file, handle, offset, line, scanCsvWith);
}

/** The same, for whoever looks at the bytes of all records at once; see `scanPlainWith`. */
export function openPlainCursor(
  file: RelationFile,
  handle: FileHandle,
  offset: number,
  line: number,
): RecordCursor {
  return cursorWith(file, handle, offset, line, scanPlainWith);
}

/** The same, which tells only where records start and end: nothing of what is in them. */
export function openPlaceCursor(
  file: RelationFile,
  handle: FileHandle,
  offset: number,
  line: number,
): RecordCursor {
  return cursorWith(file, handle, offset, line, scanEndsWith);
}

function cursorWith(
  file: RelationFile,
  handle: FileHandle,
  offset: number,
  line: number,
  scanWith: (grammar: CsvGrammar) => ScanRecord,
): RecordCursor {
  const { dialect, found } = file;
  const grammar = dialect.csv ? grammarOf(dialect.csv, dialect.lineEnd) : null;
  return new RecordCursor(
    {
      path: found.name,
      open: (at) => openSource(handle, found.name, dialect.compression, at),
      unitBytes: unitBytesOf(dialect.encoding),
      swapped: dialect.encoding === 'utf-16be',
      scan: grammar ? scanWith(grammar) : scanLine,
      skip: skipping(grammar),
      // In a file of one column an empty line is a record whose value is empty.
      skipBlank: dialect.csv === null || file.columns.length > 1,
      recordBytesMax: file.recordBytesMax,
    },
    offset,
    line,
  );
}

type Outer = Pick<Dialect, 'encoding' | 'byteOrderMark' | 'compression'>;

function grammarOf(csv: CsvDialect, lineEnd: LineEnd): CsvGrammar {
  return { ...csv, carriageReturnEnds: lineEnd === 'cr' };
}

function unitBytesOf(encoding: Dialect['encoding']): 1 | 2 {
  return encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1;
}

async function compressionOf(file: FileHandle, named: Compression): Promise<Compression> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  if (bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip';
  if (bytesRead === 4 && buffer.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  return named;
}

async function encodingOf(
  file: FileHandle,
  found: FoundFile,
  compression: Compression,
  options: FileOptions,
): Promise<Pick<Dialect, 'encoding' | 'byteOrderMark'>> {
  if (options.encoding === undefined)
    return await findEncoding(found.name, openBytes(file, found.name, compression, 0));
  const marks: Partial<Record<string, readonly number[]>> = {
    'utf-8': [0xef, 0xbb, 0xbf],
    'utf-16le': [0xff, 0xfe],
    'utf-16be': [0xfe, 0xff],
  };
  const mark = marks[options.encoding] ?? [];
  for await (const chunk of openBytes(file, found.name, compression, 0)) {
    const marked = mark.length > 0 && mark.every((byte, at) => chunk[at] === byte);
    return { encoding: options.encoding, byteOrderMark: marked };
  }
  return { encoding: options.encoding, byteOrderMark: false };
}

async function takeSample(
  file: FileHandle,
  found: FoundFile,
  compression: Compression,
  { encoding, byteOrderMark }: Pick<Dialect, 'encoding' | 'byteOrderMark'>,
): Promise<Sample> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of openBytes(
    file,
    found.name,
    compression,
    byteOrderMark ? markBytes(encoding) : 0,
  )) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes > sampleBytes) break;
  }
  const unitBytes = unitBytesOf(encoding);
  const memory = new ArrayBuffer(bytes - (bytes % unitBytes));
  const buffer = Buffer.from(memory);
  Buffer.concat(parts).copy(buffer);
  if (encoding === 'utf-16be') buffer.swap16();
  const units: ScanUnits = unitBytes === 1 ? new Uint8Array(memory) : new Uint16Array(memory);
  return { path: found.name, units, buffer, encoding, cut: bytes > sampleBytes };
}

function loadCsv(found: FoundFile, sample: Sample, options: FileOptions, outer: Outer): RelationFile {
  checkOptions(found, options);
  const guessed = options.lineEnd ?? firstLineEnd(sample.units);
  const csv = findCsvDialect(sample, options, guessed);
  const scan = scanCsvWith(grammarOf(csv, guessed));
  const start = skipLines(sample.units, csv.skipLines, guessed);
  const shape = new RecordShape();
  const counts = { records: 0, lf: 0, crlf: 0 };
  let header: readonly string[] | null = null;
  let data = { at: start, line: 1 + csv.skipLines };
  let fields = 0;
  let line = data.line;
  for (
    let at = start;
    at < sample.units.length && scan(sample.units, at, sample.units.length, !sample.cut, shape);
    at = shape.past
  ) {
    line += shape.lines;
    counts.records += 1;
    if (shape.lineEndUnits === 2) counts.crlf += 1;
    else if (shape.lineEndUnits === 1) counts.lf += 1;
    if (header === null && csv.header && !isBlank(shape)) {
      header = headerOf(found, sample, csv, shape);
      data = { at: shape.past, line };
    }
    if (shape.problem === null) fields ||= shape.fields;
  }
  if (csv.header && header === null && sample.cut)
    throw headerUnusable(found.name, 'the header is larger than 256 KiB');
  const lineEnd = guessed === 'cr' || options.lineEnd !== undefined ? guessed : lineEndOf(counts);
  return {
    found,
    dialect: { ...outer, lineEnd, csv },
    columns: columnsOf(found, header, options, usual(sample, csv, guessed, start) || fields),
    headerTexts: header,
    dataOffset: (outer.byteOrderMark ? markBytes(outer.encoding) : 0) + data.at * unitBytesOf(outer.encoding),
    dataLine: data.line,
    recordBytesMax: recordBytesMax(options),
    sampled: { records: counts.records, bytes: sample.buffer.length },
  };
}

/** The number of fields most records of the sample have. */
function usual(sample: Sample, csv: CsvDialect, lineEnd: LineEnd, start: number): number {
  const scan = scanCsvWith(grammarOf(csv, lineEnd));
  const shape = new RecordShape();
  const counts = new Map<number, number>();
  let most = 0;
  for (
    let at = start;
    at < sample.units.length && scan(sample.units, at, sample.units.length, !sample.cut, shape);
    at = shape.past
  ) {
    if (shape.problem !== null || isBlank(shape)) continue;
    const count = (counts.get(shape.fields) ?? 0) + 1;
    counts.set(shape.fields, count);
    if (count > (counts.get(most) ?? 0)) most = shape.fields;
  }
  return most;
}

function headerOf(found: FoundFile, sample: Sample, csv: CsvDialect, shape: RecordShape): readonly string[] {
  const texts = shape.problem === null ? decodeFieldsOf(sample.encoding)(sample.buffer, shape) : null;
  if (texts === null) throw headerUnusable(found.name, 'its header is not a well-formed record');
  const unescape = unescapeOf(csv);
  return texts.map((text, at) => (shape.quoting[at] === 2 ? unescape(text) : text));
}

function columnsOf(
  found: FoundFile,
  header: readonly string[] | null,
  options: FileOptions,
  fields: number,
): readonly string[] {
  const names =
    options.columns ?? header?.map(named) ?? Array.from({ length: fields }, (_, at) => `column_${at + 1}`);
  if (options.columns !== undefined && header !== null && options.columns.length !== header.length) {
    throw optionWrong(
      found.name,
      `columns names ${options.columns.length} columns, its header has ${header.length}`,
    );
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw headerUnusable(found.name, `${JSON.stringify(twice)} is there twice`);
  return names;
}

function named(text: string, at: number): string {
  return text.trim() === '' ? `column_${at + 1}` : text;
}

function checkOptions(found: FoundFile, options: FileOptions): void {
  const { delimiter, quote, escape } = options;
  const ascii = /^[\t\x20-\x7e]{1,4}$/;
  if (delimiter !== undefined && !ascii.test(delimiter))
    throw optionWrong(found.name, 'delimiter must be one to four ASCII characters');
  for (const [name, text] of [
    ['quote', quote],
    ['escape', escape],
  ] as const) {
    if (typeof text === 'string' && !/^[\x20-\x7e]$/.test(text))
      throw optionWrong(found.name, `${name} must be one ASCII character`);
  }
}

function loadJsonLines(found: FoundFile, sample: Sample, options: FileOptions, outer: Outer): RelationFile {
  const counts = { lf: 0, crlf: 0 };
  let records = 0;
  for (let at = sample.units.indexOf(10); at >= 0; at = sample.units.indexOf(10, at + 1)) {
    records += 1;
    if (sample.units[at - 1] === 13) counts.crlf += 1;
    else counts.lf += 1;
  }
  if (records === 0 && sample.units.indexOf(13) >= 0 && sample.units.indexOf(13) < sample.units.length - 1) {
    throw dialectUnclear(
      found.name,
      'line_end',
      'its lines end with a carriage return only, which JSON Lines does not know',
    );
  }
  return {
    found,
    dialect: { ...outer, lineEnd: options.lineEnd ?? lineEndOf(counts), csv: null },
    columns: [],
    headerTexts: null,
    dataOffset: outer.byteOrderMark ? markBytes(outer.encoding) : 0,
    dataLine: 1,
    recordBytesMax: recordBytesMax(options),
    sampled: { records: Math.max(1, records), bytes: sample.buffer.length },
  };
}

function firstLineEnd(units: ScanUnits): LineEnd {
  return units.indexOf(10) < 0 && units.indexOf(13) >= 0 ? 'cr' : 'lf';
}

function lineEndOf({ lf, crlf }: { readonly lf: number; readonly crlf: number }): LineEnd {
  return lf > 0 && crlf > 0 ? 'mixed' : crlf > 0 ? 'crlf' : 'lf';
}

function skipLines(units: ScanUnits, lines: number, lineEnd: LineEnd): number {
  let at = 0;
  for (let line = 0; line < lines; line += 1) {
    const end = units.indexOf(lineEnd === 'cr' ? 13 : 10, at);
    at = end < 0 ? units.length : end + 1;
  }
  return at;
}

function isBlank(shape: RecordShape): boolean {
  return shape.fields === 1 && shape.starts[0] === shape.ends[0] && shape.quoting[0] === 0;
}
