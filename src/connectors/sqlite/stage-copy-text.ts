import { Buffer, isUtf8 } from 'node:buffer';
import { notCertain } from '../binary-copy/index.ts';
import { type Encode, encoderFor, Unstorable } from './encode-values.ts';
import { LoadedKeys, type LoadedPart } from './loaded-parts.ts';
import { type StagedField, stagedColumns } from './staged-fields.ts';
import { StagedPages } from './staged-pages.ts';
import { StagedRecord } from './staged-record.ts';

/** What is staged, and where. */
export interface StageOrder {
  readonly path: string;
  readonly relation: string;
  /** All fields of the relation; those that are loaded are the fields of a line, in this order. */
  readonly fields: readonly StagedField[];
  /** Places of the identity among the fields. */
  readonly identity: readonly number[];
  /** The place of the field that is the row's own number, by which the lines are sorted; null where there is none. */
  readonly rowNumber: number | null;
}

export interface Staged {
  readonly rows: number;
  /** What going back needs, part by part. */
  readonly parts: readonly LoadedPart[];
}

const [newline, tab, backslash, minus, zero] = [10, 9, 0x5c, 0x2d, 0x30];
const [letterN, letterT] = [0x4e, 0x74];

/** What COPY writes behind a backslash for one byte; every other byte stands for itself. */
const escapes = new Map(
  Object.entries({ b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }).map(([letter, byte]) => [
    letter.charCodeAt(0),
    byte,
  ]),
);

/**
 * Takes the bytes of a text COPY apart and stages its records: no text and no object is made of a value that is written as it
 * stands. Throws `bulk.not-certain` at the first value that the records lane would refuse, or only might.
 */
export class CopyTextStage implements Disposable {
  readonly #order: StageOrder;
  readonly #pages: StagedPages;
  readonly #record: StagedRecord;
  readonly #keys: LoadedKeys;
  readonly #encoders: readonly Encode[];
  #pending: Buffer[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #rows = 0;
  #row: number | bigint = 0;

  constructor(order: StageOrder) {
    const { path, fields, rowNumber, identity } = order;
    this.#order = order;
    this.#pages = new StagedPages(path, stagedColumns(fields, rowNumber));
    this.#record = new StagedRecord(fields.length);
    this.#keys = new LoadedKeys(identity, rowNumber);
    this.#encoders = fields.map(({ field }) => encoderFor(field));
  }

  take(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.#pending.push(bytes);
      return;
    }
    const head = bytes.subarray(0, end);
    const lines = this.#pending.length === 0 ? head : Buffer.concat([...this.#pending, head]);
    this.#pending = end < bytes.length ? [bytes.subarray(end)] : [];
    if (!isUtf8(lines)) throw notCertain(this.#order.relation, null);
    this.#bytes = lines;
    this.#at = 0;
    this.#record.clear();
    // No value takes more bytes than its text, but for numbers of eight bytes.
    this.#record.reserve(lines.length + 8 * this.#order.fields.length);
    while (this.#at < lines.length) this.#line();
  }

  finish(): Staged {
    if (this.#pending.length > 0) throw new RangeError('COPY ended in the middle of a record');
    this.#pages.finish();
    return { rows: this.#rows, parts: this.#keys.finish() };
  }

  [Symbol.dispose](): void {
    this.#pages[Symbol.dispose]();
  }

  #line(): void {
    const { fields, rowNumber } = this.#order;
    const record = this.#record;
    record.clear();
    this.#row = this.#rows + 1;
    for (let place = 0; place < fields.length; place += 1) {
      const field = fields[place] as StagedField;
      if (field.kind === 'absent') this.#absent(field, place);
      else if (this.#bytes[this.#at] === backslash && this.#bytes[this.#at + 1] === letterN) {
        this.#absent(field, place);
        this.#at += 3;
      } else if (place === rowNumber) this.#rowNumber(place);
      else this.#field(field, place);
    }
    if (this.#bytes[this.#at - 1] !== newline)
      throw new RangeError('COPY gave more fields than were asked for');
    this.#pages.add(this.#row, record);
    this.#keys.add(record, this.#row);
    this.#rows += 1;
  }

  #absent(field: StagedField, place: number): void {
    if (field.required) throw this.#notCertain(field);
    this.#record.absent(place);
  }

  /** The record itself has null there. */
  #rowNumber(place: number): void {
    const row = this.#wholeNumber();
    if (this.#rows > 0 && row <= this.#keys.last) throw notCertain(this.#order.relation, null);
    this.#row = row;
    this.#record.absent(place);
  }

  #field(field: StagedField, place: number): void {
    const record = this.#record;
    switch (field.kind) {
      case 'integer': {
        const value = this.#wholeNumber();
        if (typeof value === 'number') record.integer(place, value);
        else record.wide(place, value);
        return;
      }
      case 'boolean':
        record.integer(place, this.#bytes[this.#at] === letterT ? 1 : 0);
        this.#at += 2;
        return;
      case 'float':
        this.#float(field, place);
        return;
      case 'bytes':
        this.#hex(place);
        return;
      case 'value':
        this.#value(field, place);
        return;
      default:
        this.#text(field, place);
    }
  }

  /** Also steps behind what ends the field. */
  #wholeNumber(): number | bigint {
    const bytes = this.#bytes;
    let at = this.#at;
    const negative = bytes[at] === minus;
    if (negative) at += 1;
    const first = at;
    let value = 0;
    for (let byte = bytes[at] as number; byte > newline; byte = bytes[at] as number) {
      value = value * 10 + (byte - zero);
      at += 1;
    }
    const large = at - first > 15;
    const exact = large ? BigInt(bytes.toString('latin1', this.#at, at)) : negative ? -value : value;
    this.#at = at + 1;
    return exact;
  }

  #float(field: StagedField, place: number): void {
    const end = this.#endOfField();
    const text = this.#bytes.toString('latin1', this.#at, end);
    const number = field.single ? Math.fround(Number(text)) : Number(text);
    if (Number.isNaN(number) || Object.is(number, -0)) throw this.#notCertain(field);
    this.#record.real(place, number);
    this.#at = end + 1;
  }

  /** `\\x` and two digits for each byte. */
  #hex(place: number): void {
    const record = this.#record;
    const end = this.#endOfField();
    const from = this.#at + 3;
    record.reserve((end - from) / 2);
    const start = record.length;
    record.length += record.bytes.write(this.#bytes.toString('latin1', from, end), start, 'hex');
    record.endBlob(place, start);
    this.#at = end + 1;
  }

  #value(field: StagedField, place: number): void {
    const record = this.#record;
    const start = record.length;
    this.#unescape();
    const text = record.bytes.toString('utf8', start, record.length);
    record.length = start;
    try {
      record.value(place, this.#encoders[place]?.(text) ?? null);
    } catch (error) {
      throw error instanceof Unstorable ? this.#notCertain(field) : error;
    }
  }

  #text(field: StagedField, place: number): void {
    const record = this.#record;
    const start = record.length;
    this.#unescape();
    const most = field.charactersMax;
    if (most !== null && record.length - start > most && charactersIn(record, start) > most)
      throw this.#notCertain(field);
    record.endText(place, start);
  }

  /** The bytes of the field go behind those of the record, where there is room for all bytes of the line. */
  #unescape(): void {
    const from = this.#bytes;
    const into = this.#record.bytes;
    let [at, end] = [this.#at, this.#record.length];
    for (let byte = from[at] as number; byte !== tab && byte !== newline; byte = from[at] as number) {
      if (byte === backslash) {
        at += 1;
        byte = from[at] as number;
        byte = escapes.get(byte) ?? byte;
      }
      into[end] = byte;
      end += 1;
      at += 1;
    }
    this.#record.length = end;
    this.#at = at + 1;
  }

  #endOfField(): number {
    let at = this.#at;
    for (
      let byte = this.#bytes[at] as number;
      byte !== tab && byte !== newline;
      byte = this.#bytes[at] as number
    )
      at += 1;
    return at;
  }

  #notCertain({ field }: StagedField): Error {
    return notCertain(this.#order.relation, field.name);
  }
}

/** Of UTF-8 every byte begins one but those that go on with it. */
function charactersIn({ bytes, length }: StagedRecord, start: number): number {
  let count = 0;
  for (let at = start; at < length; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) count += 1;
  return count;
}
