import { Buffer } from 'node:buffer';
import { type CopyChunk, valueEncoder } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { affinityOf } from './sql.ts';
import type { StoredRecord } from './stored-record.ts';

/** Writes the value at a place of a record, one that is there; false where it is not certain of it. */
export type WriteStored = (out: CopyChunk, record: StoredRecord, place: number) => boolean;

type WriteRow = (out: CopyChunk, record: StoredRecord) => boolean;

/**
 * Straight from the bytes what most records have; everything else as a value.
 *
 * @param asValue says what is right: it is asked wherever the bytes alone do not, and agrees with them elsewhere
 */
export function storedWriter(load: BulkLoad['fields'][number], asValue: WriteStored): WriteStored {
  const { source, target } = load;
  if (source.kind === 'computed') return asValue;
  const { field } = source;
  const { type } = target;
  switch (field.type.kind) {
    case 'integer': {
      const bits = wholeBits(load);
      return bits === null ? asValue : writeWhole(bits, asValue);
    }
    case 'float':
      return type.kind === 'float' && type.bits === 64 ? writeReal(asValue) : asValue;
    case 'bytes':
      return type.kind === 'bytes' ? writeBytes(asValue) : asValue;
    case 'boolean':
      return asValue;
    case 'decimal':
      return affinityOf(field.native) === 'text' ? writeText(load, isPlainDecimal, asValue) : asValue;
    default:
      return writeText(load, isAnything, asValue);
  }
}

function writeWhole(bits: WholeBits, asValue: WriteStored): WriteStored {
  const most = 2 ** (bits - 1);
  return (out, record, place) => {
    const value = record.isWhole(place) ? record.whole(place) : Number.NaN;
    // False of what is no number that a double holds, too.
    if (!(value >= -most && value < most)) return asValue(out, record, place);
    putWhole(out, value, bits);
    return true;
  };
}

/** The same of a row's own number. */
export function rowWriter(load: BulkLoad['fields'][number], asValue: WriteRow): WriteRow {
  const bits = wholeBits(load);
  if (bits === null) return asValue;
  const most = 2 ** (bits - 1);
  return (out, record) => {
    const { rowId } = record;
    if (typeof rowId === 'bigint' || rowId < -most || rowId >= most) return asValue(out, record);
    putWhole(out, rowId, bits);
    return true;
  };
}

type WholeBits = 16 | 32 | 64;

/** Null where more than its bytes is needed. */
function wholeBits({ source, target: { type } }: BulkLoad['fields'][number]): WholeBits | null {
  if (source.kind !== 'field' || type.kind !== 'integer' || !type.signed) return null;
  const { bits } = type;
  return bits === 64 || bits === 32 || bits === 16 ? bits : null;
}

function putWhole(out: CopyChunk, value: number, bits: WholeBits): void {
  out.begin(bits / 8);
  if (bits === 64) out.int64(value);
  else if (bits === 32) out.int32(value);
  else out.int16(value);
}

/** Both keep the eight bytes of a double in the same order. */
function writeReal(asValue: WriteStored): WriteStored {
  return (out, record, place) => {
    const at = record.starts[place] as number;
    const isPlain =
      record.isReal(place) &&
      (((record.bytes[at] as number) & 0x7f) !== 0x7f || (record.bytes[at + 1] as number) < 0xf0);
    if (!isPlain) return asValue(out, record, place);
    out.value(record.bytes, at, at + 8);
    return true;
  };
}

function writeBytes(asValue: WriteStored): WriteStored {
  return (out, record, place) => {
    if (!record.isBytes(place)) return asValue(out, record, place);
    out.value(record.bytes, record.starts[place] as number, record.endOf(place));
    return true;
  };
}

type Accepts = (bytes: Buffer, from: number, to: number) => boolean;

function writeText(
  { source, target }: BulkLoad['fields'][number],
  accepts: Accepts,
  asValue: WriteStored,
): WriteStored {
  if (source.kind === 'computed') return asValue;
  const read = source.kind === 'read';
  const encode = valueEncoder(read ? source.type : source.field.type, target.type, read);
  if (encode === null) return asValue;
  const nullText = read && source.nullText !== null ? Buffer.from(source.nullText) : null;
  return (out, record, place) => {
    if (!record.isText(place)) return asValue(out, record, place);
    const { bytes } = record;
    const from = record.starts[place] as number;
    const to = record.endOf(place);
    if (nullText !== null && isSame(bytes, from, to, nullText)) {
      out.absent();
      return true;
    }
    return accepts(bytes, from, to) && encode(out, bytes, from, to);
  };
}

const isAnything: Accepts = () => true;

/** One that its encoder takes has no exponent; what `decoderFor` refuses besides are zeros in front. */
const isPlainDecimal: Accepts = (bytes, from, to) => {
  const first = bytes[from] === minus ? from + 1 : from;
  const next = bytes[first + 1] as number;
  return !(bytes[first] === zero && first + 1 < to && next >= zero && next <= nine);
};

const [minus, zero, nine] = [0x2d, 0x30, 0x39];

function isSame(bytes: Buffer, from: number, to: number, other: Buffer): boolean {
  if (to - from !== other.length) return false;
  for (let at = 0; at < other.length; at += 1) if (bytes[from + at] !== other[at]) return false;
  return true;
}
