import { type FieldType, plainNumberText } from '../../model/index.ts';
import type { CopyChunk } from './copy-chunk.ts';
import { numberAsDecimal } from './encode-decimal.ts';
import { putDouble } from './encode-float.ts';
import { valueEncoder } from './value-encoder.ts';

/** A value as a driver hands it over. */
export type Cell = boolean | bigint | number | string | Uint8Array;

/** As `EncodeValue`, of a cell that is there. */
export type EncodeCell = (out: CopyChunk, cell: Cell) => boolean;

/**
 * How the cells of a field of type `from` get into a field of type `to`; null where there is no encoder. Whole numbers come
 * as bigint, doubles as number, bytes as bytes, and everything else as its text. A double goes into a decimal as its shortest
 * digits. See `valueEncoder` for `kept`.
 */
export function cellEncoder(from: FieldType, to: FieldType, kept: boolean): EncodeCell | null {
  const ofText = stringEncoder(from, to, kept);
  if (ofText === null) return null;
  const ofWhole = kept ? null : wholeEncoder(to);
  const ofNumber = kept ? null : numberEncoder(to);
  return (out, cell) => {
    if (typeof cell === 'string') return ofText(out, cell);
    if (typeof cell === 'bigint') return ofWhole === null ? ofText(out, cell.toString()) : ofWhole(out, cell);
    if (typeof cell === 'number') {
      if (ofNumber?.(out, cell) === true) return true;
      return to.kind === 'decimal' && Number.isFinite(cell) && ofText(out, plainNumberText(cell));
    }
    if (typeof cell === 'boolean') return to.kind === 'boolean' && putBoolean(out, cell);
    return to.kind === 'bytes' && putBytes(out, cell);
  };
}

/** Null where the digits of the number have to be read. */
function wholeEncoder(to: FieldType): ((out: CopyChunk, value: bigint) => boolean) | null {
  if (to.kind !== 'integer' || !to.signed || to.bits < 32) return null;
  return to.bits === 64 ? putLong : putInteger;
}

function numberEncoder(to: FieldType): ((out: CopyChunk, value: number) => boolean) | null {
  if (to.kind === 'float') return to.bits === 64 ? putDouble : null;
  if (to.kind !== 'decimal' || to.precision === null) return null;
  const { precision } = to;
  const scale = to.scale ?? 0;
  return scale >= 0 && scale <= 6 && scale <= precision ? numberAsDecimal(precision - scale, scale) : null;
}

type EncodeString = (out: CopyChunk, text: string) => boolean;

function stringEncoder(from: FieldType, to: FieldType, kept: boolean): EncodeString | null {
  const encode = valueEncoder(from, to, kept);
  if (encode === null) return null;
  // A document has to be looked through before it may become jsonb.
  const looked = from.kind === 'json' && !from.binary && to.kind === 'json' && to.binary;
  // A field that fills up does not take every text that is short enough.
  const fillsUp = to.kind === 'text' && to.padded;
  if (!looked && !fillsUp && (to.kind === 'text' || to.kind === 'enum' || to.kind === 'json')) {
    const limits = kept ? [from, to] : [to];
    return putText(Math.min(...limits.map(charactersMax)), to.kind === 'json' && to.binary);
  }
  const scratch = Buffer.alloc(512);
  return (out, text) => {
    if (text.length * 3 <= scratch.length) return encode(out, scratch, 0, scratch.write(text));
    const bytes = Buffer.from(text);
    return encode(out, bytes, 0, bytes.length);
  };
}

function charactersMax(type: FieldType): number {
  return (type.kind === 'text' ? type.charactersMax : null) ?? Infinity;
}

/** Straight into its place: one pass over the text instead of two. */
function putText(most: number, ofJsonb: boolean): EncodeString {
  const before = ofJsonb ? 1 : 0;
  return (out, text) => {
    if (text.length > most && [...text].length > most) return false;
    out.room(4 + before + text.length * 3);
    const start = out.at + 4 + before;
    const length = out.bytes.write(text, start);
    out.int32(before + length);
    if (ofJsonb) out.bytes[out.at] = 1;
    out.at = start + length;
    return true;
  };
}

function putLong(out: CopyChunk, value: bigint): boolean {
  const near = Number(value);
  if (Number.isSafeInteger(near)) {
    out.begin(8);
    out.int64(near);
    return true;
  }
  if (value < -(2n ** 63n) || value >= 2n ** 63n) return false;
  out.begin(8);
  out.bytes.writeBigInt64BE(value, out.at);
  out.at += 8;
  return true;
}

function putInteger(out: CopyChunk, value: bigint): boolean {
  const near = Number(value);
  if (near < -0x8000_0000 || near > 0x7fff_ffff) return false;
  out.begin(4);
  out.int32(near);
  return true;
}

function putBoolean(out: CopyChunk, value: boolean): true {
  out.begin(1);
  out.bytes[out.at] = value ? 1 : 0;
  out.at += 1;
  return true;
}

function putBytes(out: CopyChunk, bytes: Uint8Array): true {
  out.value(bytes, 0, bytes.length);
  return true;
}
