import { Buffer } from 'node:buffer';
import type { SqliteValue } from '../../host/index.ts';

/**
 * One record as SQLite keeps it: a head with the type of every field, then their values
 * (https://www.sqlite.org/fileformat2.html#record_format). It is used again for the next one.
 *
 * Invariants: 1. nothing is made of a value until somebody asks. 2. every value lies within the record's bytes.
 */
export class StoredRecord {
  bytes: Buffer = Buffer.alloc(0);
  /** The row's own number; bigint only where no double is certain to hold it. */
  rowId: number | bigint = 0;
  /** Fields it has: one that was written before columns were added has fewer than its table. */
  present = 0;
  /** Of each field its type, and where its value begins. */
  readonly types: Uint32Array;
  readonly starts: Uint32Array;

  /** @param columns of the table that are stored */
  constructor(columns: number) {
    this.types = new Uint32Array(columns);
    this.starts = new Uint32Array(columns);
  }

  /** False where head and values do not fill the bytes from `from` to `to` exactly, or a type is none. */
  read(bytes: Buffer, from: number, to: number): boolean {
    const { types, starts } = this;
    const columns = types.length;
    this.bytes = bytes;
    const length = this.#number(from, to);
    let at = this.#end;
    const headEnd = from + length;
    if (headEnd > to) return false;
    let value = headEnd;
    let place = 0;
    while (at < headEnd) {
      let type = bytes[at] as number;
      at += 1;
      if (type >= 0x80) {
        type = this.#number(at - 1, headEnd);
        at = this.#end;
      }
      if (place < columns) {
        types[place] = type;
        starts[place] = value;
        place += 1;
      }
      value += type < firstBytes ? (lengths[type] as number) : Math.floor((type - firstBytes) / 2);
    }
    this.present = place;
    return at === headEnd && value === to;
  }

  isText(place: number): boolean {
    const type = this.types[place] as number;
    return type >= firstText && type % 2 === 1;
  }

  isBytes(place: number): boolean {
    const type = this.types[place] as number;
    return type >= firstBytes && type % 2 === 0;
  }

  isWhole(place: number): boolean {
    const type = this.types[place] as number;
    return type > 0 && type < firstBytes && type !== real;
  }

  isReal(place: number): boolean {
    return this.types[place] === real;
  }

  isAbsent(place: number): boolean {
    return this.types[place] === 0;
  }

  /** Behind the last byte of a text or of bytes. */
  endOf(place: number): number {
    return (this.starts[place] as number) + (((this.types[place] as number) - firstBytes) >>> 1);
  }

  /** A whole number; NaN where no double is certain to hold it. */
  whole(place: number): number {
    const { bytes } = this;
    const at = this.starts[place] as number;
    switch (this.types[place]) {
      case 1:
        return ((bytes[at] as number) << 24) >> 24;
      case 2:
        return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
      case 3:
        return (
          (((bytes[at] as number) << 24) >> 8) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
        );
      case 4:
        return bytes.readInt32BE(at);
      case 5:
        return bytes.readIntBE(at, 6);
      case 6:
        return safeOrNaN(bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4));
      default:
        return (this.types[place] as number) - wholeZero;
    }
  }

  /** As the driver would give it, with damaged characters of a text replaced. */
  value(place: number): SqliteValue {
    const start = this.starts[place] as number;
    if (this.isAbsent(place)) return null;
    if (this.isText(place)) return this.bytes.toString('utf8', start, this.endOf(place));
    if (this.isBytes(place)) return new Uint8Array(this.bytes.subarray(start, this.endOf(place)));
    if (this.isReal(place)) {
      const number = this.bytes.readDoubleBE(start);
      return Number.isNaN(number) ? null : number;
    }
    const number = this.whole(place);
    return Number.isNaN(number) ? this.bytes.readBigInt64BE(start) : BigInt(number);
  }

  #end = 0;

  /** A number of up to nine bytes (`varint.ts`), too large to be true where it is not exact; ends at `#end`. */
  #number(from: number, to: number): number {
    const { bytes } = this;
    let value = 0;
    let at = from;
    for (; at < to && at < from + 8; at += 1) {
      const byte = bytes[at] as number;
      value = value * 0x80 + (byte & 0x7f);
      if (byte < 0x80) {
        this.#end = at + 1;
        return value;
      }
    }
    this.#end = at + 1;
    return Number.MAX_VALUE;
  }
}

const real = 7;
const wholeZero = 8;
const [firstBytes, firstText] = [12, 13];

/** Of types below that of bytes; two of them SQLite never writes. */
const never = Number.MAX_VALUE;
const lengths: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, never, never];

function safeOrNaN(number: number): number {
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
