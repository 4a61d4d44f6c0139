import { Buffer } from 'node:buffer';
import type { SqliteValue } from '../../host/index.ts';

/**
 * One record as SQLite keeps it: for each field a serial type, and the bytes of all of them one behind the other
 * (https://www.sqlite.org/fileformat2.html#record_format). One of these is filled again for every record.
 */
export class StagedRecord {
  /** Serial types in the order of the fields. */
  readonly types: Int32Array;
  /** Where the bytes of each field begin. */
  readonly starts: Int32Array;
  bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  length = 0;
  #view = viewOf(this.bytes);

  constructor(fields: number) {
    this.types = new Int32Array(fields);
    this.starts = new Int32Array(fields);
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes room for that many bytes more. */
  reserve(count: number): void {
    const wanted = this.length + count + wordBytes;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.#view = viewOf(larger);
  }

  absent(field: number): void {
    this.types[field] = 0;
    this.starts[field] = this.length;
  }

  /** A whole number that a double holds exactly, in as few bytes as SQLite would take. */
  integer(field: number, value: number): void {
    this.starts[field] = this.length;
    if (value === 0 || value === 1) this.types[field] = 8 + value;
    else if (value >= -0x80 && value <= 0x7f) this.#narrow(field, 1, value);
    else if (value >= -0x8000 && value <= 0x7fff) this.#narrow(field, 2, value);
    else if (value >= -0x80_0000 && value <= 0x7f_ffff) this.#narrow(field, 3, value);
    else if (value >= -0x8000_0000 && value <= 0x7fff_ffff) this.#narrow(field, 4, value);
    else this.wide(field, BigInt(value));
  }

  /** Any whole number of 64 bits. */
  wide(field: number, value: bigint): void {
    if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) {
      this.integer(field, Number(value));
      return;
    }
    this.reserve(8);
    this.starts[field] = this.length;
    const short = value >= -(2n ** 47n) && value < 2n ** 47n;
    this.types[field] = short ? 5 : 6;
    this.#view.setBigInt64(this.length, short ? value << 16n : value);
    this.length += short ? 6 : 8;
  }

  real(field: number, value: number): void {
    this.reserve(8);
    this.starts[field] = this.length;
    this.types[field] = 7;
    this.#view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** What was put behind `start` is this field's text, or its bytes. */
  endText(field: number, start: number): void {
    this.starts[field] = start;
    this.types[field] = 13 + 2 * (this.length - start);
  }

  endBlob(field: number, start: number): void {
    this.starts[field] = start;
    this.types[field] = 12 + 2 * (this.length - start);
  }

  value(field: number, value: SqliteValue): void {
    if (value === null) this.absent(field);
    else if (typeof value === 'bigint') this.wide(field, value);
    else if (typeof value === 'number') this.real(field, value);
    else {
      const start = this.length;
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      this.reserve(bytes.length);
      this.bytes.set(bytes, start);
      this.length += bytes.length;
      if (typeof value === 'string') this.endText(field, start);
      else this.endBlob(field, start);
    }
  }

  /**
   * Says "still the same record" in 64 bits, which go to `out`. Not made against people who would forge a record: who can
   * write to the target needs no collision. A SHA-256 of each record would take longer than all the rest of it.
   */
  digest(out: DataView, at: number): void {
    const view = this.#view;
    const { length } = this;
    let [a, b] = [0x9e37_79b9 ^ length, 0x85eb_ca6b];
    // The bytes behind the last one belong to the last word.
    for (let rest = length; rest % wordBytes !== 0; rest += 1) this.bytes[rest] = 0;
    for (let place = 0; place < length; place += wordBytes) {
      const word = view.getInt32(place, true);
      a = Math.imul(rotated(a ^ word, 13), 0x9e37_79b1);
      // The sum cut to 32 bits each time, or it would be kept as a double: 0.3 microseconds of a record.
      b = (Math.imul(rotated(b ^ word, 17), 0x85eb_ca77) + a) | 0;
    }
    for (const type of this.types) {
      a = Math.imul(rotated(a ^ type, 13), 0x9e37_79b1);
      b = (Math.imul(rotated(b ^ type, 17), 0x85eb_ca77) + a) | 0;
    }
    out.setInt32(at, mixed(a ^ rotated(b, 7)));
    out.setInt32(at + 4, mixed(b));
  }

  #narrow(field: number, width: number, value: number): void {
    this.reserve(width);
    this.types[field] = width;
    this.bytes.writeIntBE(value, this.length, width);
    this.length += width;
  }
}

const wordBytes = 4;

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Every bit of it counts for every other one. */
function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35);
  return twice ^ (twice >>> 16);
}
