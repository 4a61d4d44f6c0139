import { Buffer } from 'node:buffer';
import type { SqliteValue } from '../../host/index.ts';
import { type ExactValue, InvalidText } from './exact-record.ts';
import { StagedRecord } from './staged-record.ts';
import { readVarint, varintLength, writeVarint } from './varint.ts';

/** Records of a loaded slice, one behind the other: what names each, and eight bytes of digest. */
export interface LoadedPart {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

export interface LoadedRecord {
  readonly identity: readonly SqliteValue[];
  /** In hexadecimal digits. */
  readonly digest: string;
}

const rowsPerPart = 25_000;
const digestBytes = 8;

/**
 * Gathers what going back needs while records are staged. A row's own number is kept as what it is more than the one before,
 * which mostly takes a byte; every other identity as its serial types and bytes.
 */
export class LoadedKeys {
  readonly #identity: readonly number[];
  readonly #rowNumber: number | null;
  readonly #step = new StagedRecord(1);
  readonly #parts: LoadedPart[] = [];
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #rows = 0;
  #before: number | bigint = 0;
  last: number | bigint = 0;

  /** @param rowNumber the place of the field that is the row's own number; then it alone is the identity */
  constructor(identity: readonly number[], rowNumber: number | null) {
    this.#identity = identity;
    this.#rowNumber = rowNumber;
  }

  add(record: StagedRecord, row: number | bigint): void {
    this.last = row;
    if (this.#rowNumber === null) for (const place of this.#identity) this.#addValue(record, place);
    else {
      this.#step.clear();
      const before = this.#before;
      if (typeof row === 'number' && typeof before === 'number') this.#step.integer(0, row - before);
      else this.#step.wide(0, BigInt.asIntN(64, BigInt(row) - BigInt(before)));
      this.#addValue(this.#step, 0);
      this.#before = row;
    }
    this.#room(digestBytes);
    record.digest(this.#view, this.#length);
    this.#length += digestBytes;
    this.#rows += 1;
    if (this.#rows === rowsPerPart) this.#endPart();
  }

  finish(): readonly LoadedPart[] {
    if (this.#rows > 0) this.#endPart();
    return this.#parts;
  }

  #addValue({ types, starts, bytes }: StagedRecord, place: number): void {
    const type = types[place] ?? 0;
    const [start, count] = [starts[place] ?? 0, lengthOf(type)];
    this.#room(varintLength(type) + count);
    this.#length = writeVarint(this.#bytes, this.#length, type);
    bytes.copy(this.#bytes, this.#length, start, start + count);
    this.#length += count;
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #endPart(): void {
    this.#parts.push({ rows: this.#rows, bytes: Uint8Array.from(this.#bytes.subarray(0, this.#length)) });
    this.#rows = 0;
    this.#length = 0;
    this.#before = 0;
  }
}

/** Bytes that a value of this serial type takes. */
function lengthOf(type: number): number {
  return type < 12 ? (lengths[type] ?? 0) : Math.floor((type - 12) / 2);
}

const lengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** @param fields how many name a record; one that is the row's own number is kept as a step */
export function readLoaded(bytes: Uint8Array, fields: number, steps: boolean): readonly LoadedRecord[] {
  const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: LoadedRecord[] = [];
  let row = 0n;
  for (let at = 0; at < from.length; ) {
    const identity: SqliteValue[] = [];
    for (let field = 0; field < fields; field += 1) {
      const [type, start] = readVarint(from, at);
      at = start + lengthOf(type);
      identity.push(valueOf(type, from.subarray(start, at)));
    }
    if (steps) {
      row = BigInt.asIntN(64, row + (identity[0] as bigint));
      identity[0] = row;
    }
    records.push({ identity, digest: from.toString('hex', at, at + digestBytes) });
    at += digestBytes;
  }
  return records;
}

/** The same bytes again, of those records. */
export function writeLoaded(records: readonly LoadedRecord[], steps: boolean): Uint8Array {
  const parts: Buffer[] = [];
  const own = new StagedRecord(1);
  let row = 0n;
  for (const { identity, digest } of records) {
    for (const value of identity) {
      own.clear();
      own.value(0, steps ? BigInt.asIntN(64, (value as bigint) - row) : value);
      if (steps) row = value as bigint;
      const head = Buffer.alloc(9);
      const end = writeVarint(head, 0, own.types[0] ?? 0);
      parts.push(head.subarray(0, end), Buffer.from(own.bytes.subarray(0, own.length)));
    }
    parts.push(Buffer.from(digest, 'hex'));
  }
  return Buffer.concat(parts);
}

/** Digests records as they are stored, as `LoadedKeys` does while they are staged. */
export class LoadedDigest {
  readonly #record: StagedRecord;
  readonly #rowNumber: number | null;
  readonly #bytes = Buffer.alloc(digestBytes);
  readonly #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, digestBytes);

  constructor(fields: number, rowNumber: number | null) {
    this.#record = new StagedRecord(fields);
    this.#rowNumber = rowNumber;
  }

  of(stored: readonly ExactValue[]): string {
    this.#record.clear();
    for (const [place, value] of stored.entries()) {
      // No text that is damaged was ever loaded.
      if (value instanceof InvalidText) return 'a damaged text';
      this.#record.value(place, place === this.#rowNumber ? null : value);
    }
    this.#record.digest(this.#view, 0);
    return this.#bytes.toString('hex');
  }
}

function valueOf(type: number, bytes: Buffer): SqliteValue {
  if (type === 0) return null;
  if (type === 8 || type === 9) return BigInt(type - 8);
  if (type === 7) return bytes.readDoubleBE();
  if (type < 7) return bytes.length === 8 ? bytes.readBigInt64BE() : BigInt(bytes.readIntBE(0, bytes.length));
  return type % 2 === 0 ? Uint8Array.from(bytes) : bytes.toString();
}
