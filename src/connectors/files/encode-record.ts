import { isUtf8 } from 'node:buffer';
import { type CopyChunk, type EncodeValue, notCertain, valueEncoder } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import type { CsvDialect } from './dialect.ts';
import { lineField } from './field-types.ts';
import type { RelationFile } from './load-relation-file.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { RecordShape, ScanUnits } from './record-shape.ts';

/**
 * Writes the record of a cursor of `openPlainCursor` as a tuple; throws `bulk.not-certain` where reading it as a record would be
 * more than copying.
 */
export type EncodeRecord = (out: CopyChunk, cursor: RecordCursor) => void;

/** The same of every field as `readCsvRecordWith` and the transform make of it, from bytes to bytes; of UTF-8 alone. */
export function recordEncoder(file: RelationFile, csv: CsvDialect, load: BulkLoad): EncodeRecord {
  const { columns, found } = file;
  const texts = new FieldTexts(csv);
  const isHeader = file.headerTexts === null ? null : headerComparer(file.headerTexts, texts);
  const fields = load.fields.map((field) => fieldEncoder(file, csv, texts, field));
  const count = fields.length;
  const held = new HeldText();
  return (out, cursor) => {
    const { shape, bytes, oversize, line } = cursor;
    if (oversize !== null || shape.problem !== null || shape.fields !== columns.length)
      throw notCertain(found.relation, null);
    if (!held.isText(cursor)) throw notCertain(found.relation, null);
    if (isHeader?.(bytes, shape) === true) throw notCertain(found.relation, null);
    out.tuple(count);
    for (let at = 0; at < count; at += 1) {
      const field = fields[at] as FieldEncoder;
      if (!field.encode(out, bytes, shape, line)) throw notCertain(found.relation, field.name);
    }
  };
}

/**
 * Whether the bytes of records are UTF-8 without a zero byte. All that a cursor holds is looked at at once; a record is looked at
 * alone only where something of that is not so.
 */
class HeldText {
  #units: ScanUnits | null = null;
  #allText = false;

  isText(cursor: RecordCursor): boolean {
    const { units, ended } = cursor.held;
    if (units !== this.#units) {
      this.#units = units;
      this.#allText = isText(cursor.bytes, 0, ended ? units.length : wholeCharacters(units));
    }
    const { start, past } = cursor.shape;
    return this.#allText || isText(cursor.bytes, start, past);
  }
}

function isText(bytes: Buffer, from: number, to: number): boolean {
  const part = bytes.subarray(from, to);
  return isUtf8(part) && !part.includes(0);
}

/** Up to the character whose end may not be there yet: it belongs to a record whose end is not there either. */
function wholeCharacters(units: ScanUnits): number {
  let end = units.length;
  while (end > 0 && units.length - end < 3 && ((units[end - 1] as number) & 0xc0) === 0x80) end -= 1;
  return end > 0 && (units[end - 1] as number) >= 0xc0 ? end - 1 : units.length;
}

interface FieldEncoder {
  readonly name: string;
  readonly encode: (out: CopyChunk, bytes: Buffer, shape: RecordShape, line: number) => boolean;
}

function fieldEncoder(
  file: RelationFile,
  csv: CsvDialect,
  texts: FieldTexts,
  { source, target }: BulkLoad['fields'][number],
): FieldEncoder {
  if (source.kind === 'computed') throw new RangeError('a file computes nothing on its way into a load');
  const { name, type } = source.field;
  const read = source.kind === 'read';
  const value = valueEncoder(read ? source.type : type, target.type, read);
  if (value === null) throw new RangeError(`no encoder for ${target.name}`);
  if (name === lineField)
    return { name, encode: (out, _bytes, _shape, line) => encodeLine(value, out, line) };
  const at = file.columns.indexOf(name);
  const nullBytes = csv.nullText === null ? null : Buffer.from(csv.nullText);
  const emptyIsNull = read && source.nullText === '';
  return {
    name,
    encode: (out, bytes, shape) => {
      const from = shape.starts[at] as number;
      const to = shape.ends[at] as number;
      const quoting = shape.quoting[at] as number;
      if ((emptyIsNull && from === to) || (quoting === 0 && isNull(nullBytes, bytes, from, to))) {
        out.absent();
        return true;
      }
      if (quoting < 2) return value(out, bytes, from, to);
      return value(out, texts.unescaped(bytes, from, to), 0, texts.length);
    },
  };
}

function isNull(nullBytes: Buffer | null, bytes: Buffer, from: number, to: number): boolean {
  if (nullBytes === null || to - from !== nullBytes.length) return false;
  return to === from || bytes.compare(nullBytes, 0, nullBytes.length, from, to) === 0;
}

const scratch = Buffer.alloc(20);

function encodeLine(value: EncodeValue, out: CopyChunk, line: number): boolean {
  return value(out, scratch, 0, scratch.write(String(line)));
}

/** A header that comes again is no record. */
function headerComparer(
  header: readonly string[],
  texts: FieldTexts,
): (bytes: Buffer, shape: RecordShape) => boolean {
  const names = header.map((text) => Buffer.from(text));
  const isSame = (bytes: Buffer, shape: RecordShape, at: number): boolean => {
    const name = names[at] as Buffer;
    const from = shape.starts[at] as number;
    const to = shape.ends[at] as number;
    if (shape.quoting[at] === 2) {
      const text = texts.unescaped(bytes, from, to);
      return text.compare(name, 0, name.length, 0, texts.length) === 0;
    }
    return to - from === name.length && bytes.compare(name, 0, name.length, from, to) === 0;
  };
  return (bytes, shape) => {
    if (names.length !== shape.fields) return false;
    for (let at = 0; at < names.length; at += 1) if (!isSame(bytes, shape, at)) return false;
    return true;
  };
}

/** Undoes what the escape did inside a quoted field: before a quote or itself it is taken away, elsewhere it stays. */
class FieldTexts {
  readonly #quote: number;
  readonly #escape: number;
  #text: Buffer = Buffer.alloc(1024);
  /** Of the last text. */
  length = 0;

  constructor({ quote, escape }: CsvDialect) {
    this.#quote = quote?.charCodeAt(0) ?? -1;
    this.#escape = escape.charCodeAt(0);
  }

  /** Valid until the next call. */
  unescaped(bytes: Buffer, from: number, to: number): Buffer {
    if (to - from > this.#text.length) this.#text = Buffer.alloc((to - from) * 2);
    this.length =
      this.#quote === this.#escape
        ? withoutDoubles(this.#quote, bytes, from, to, this.#text)
        : this.#withoutEscapes(bytes, from, to);
    return this.#text;
  }

  #withoutEscapes(bytes: Buffer, from: number, to: number): number {
    const text = this.#text;
    let length = 0;
    for (let at = from; at < to; at += 1) {
      const next = bytes[at + 1];
      if (bytes[at] === this.#escape && at + 1 < to && (next === this.#quote || next === this.#escape))
        at += 1;
      text[length] = bytes[at] as number;
      length += 1;
    }
    return length;
  }
}

/** Inside a quoted field every quote is there twice. */
function withoutDoubles(quote: number, bytes: Buffer, from: number, to: number, text: Buffer): number {
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    text[length] = byte;
    length += 1;
    if (byte === quote) at += 1;
  }
  return length;
}
