import { Buffer } from 'node:buffer';
import { type SqliteFile, type SqliteValue, sha256 } from '../../host/index.ts';
import { hex } from '../../model/index.ts';

/**
 * A stored record without any loss: storage classes kept apart, and texts that are not valid in their encoding as bytes (the
 * driver would show U+FFFD in their place). Used for before-images, digests and the originals of bad records.
 */
export type ExactValue = SqliteValue | InvalidText;

export class InvalidText {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Only where the driver shows a replacement character can a text have been invalid. */
export function mayBeInexact(row: readonly SqliteValue[]): boolean {
  return row.some((value) => typeof value === 'string' && value.includes('\uFFFD'));
}

/**
 * One column for each expression, since a table may have as many as a result: texts as bytes, and bytes as hexadecimal text
 * to keep them apart from texts.
 */
export function exactColumns(expressions: readonly string[]): string {
  return expressions
    .map(
      (value) =>
        `CASE typeof(${value}) WHEN 'text' THEN CAST(${value} AS BLOB) WHEN 'blob' THEN hex(${value}) ELSE ${value} END`,
    )
    .join(', ');
}

/** Reads what `exactColumns` selected. */
export function exactValues(row: readonly SqliteValue[], encoding: TextEncodingName): ExactValue[] {
  return row.map((value) => {
    if (value instanceof Uint8Array) return textOf(value, encoding);
    return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'hex')) : value;
  });
}

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be';

export function textEncoding(file: SqliteFile): TextEncodingName {
  const name = String(file.statement('PRAGMA encoding').first()?.[0]).toLowerCase();
  return name === 'utf-16le' || name === 'utf-16be' ? name : 'utf-8';
}

function textOf(bytes: Uint8Array, encoding: TextEncodingName): string | InvalidText {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return new InvalidText(bytes);
    throw error;
  }
}

/** JSON parts: whole numbers, binary numbers, bytes and invalid texts each in their own wrapping, texts bare. */
export function exactToJson(value: ExactValue): unknown {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { integer: value.toString() };
  if (typeof value === 'number') return { real: Object.is(value, -0) ? '-0' : String(value) };
  return value instanceof InvalidText ? { text: hex(value.bytes) } : { blob: hex(value) };
}

export function exactFromJson(part: unknown): ExactValue {
  if (part === null || typeof part === 'string') return part;
  const { integer, real, text, blob } = part as Record<
    'integer' | 'real' | 'text' | 'blob',
    string | undefined
  >;
  if (integer !== undefined) return BigInt(integer);
  if (real !== undefined) return Number(real);
  if (text !== undefined) return new InvalidText(Buffer.from(text, 'hex'));
  return new Uint8Array(Buffer.from(blob ?? '', 'hex'));
}

/** Says "still the same record" without keeping it: half of a SHA-256 over the exact values. */
export function exactDigest(values: readonly ExactValue[]): string {
  return sha256(JSON.stringify(values.map(exactToJson))).slice(0, 32);
}

/** The record as a person or a program can read it back, byte for byte. */
export function originalBytes(names: readonly string[], values: readonly ExactValue[]): Uint8Array {
  return Buffer.from(
    JSON.stringify(Object.fromEntries(names.map((name, at) => [name, exactToJson(values[at] ?? null)]))),
  );
}
