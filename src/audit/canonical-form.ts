import { type FieldType, GodwitError, type Row, type Value } from '../model/index.ts';
import { canonicalJsonText } from './canonical-json-text.ts';

/**
 * The canonical form `gwc/1`: bytes that are equal when, and only when, two records hold the same values. What the audit
 * hashes and compares.
 *
 * Every value is `<letter><byte length>:<bytes>`, NULL is `-`; fields follow in a fixed order. Length framing makes it
 * injective: ('a|b','c') and ('a','b|c') differ, NULL differs from '' and from 'null'.
 *
 * Normalisations (each one is reported with the audit): 1. decimals without their trailing zeros behind the point, `-0` as
 * `0`. 2. JSON documents with sorted keys, without spaces, numbers as exact decimals. 3. padded text without trailing spaces.
 * Nothing else: no trimming, no case folding, no Unicode normalisation, no rounding, no zone shift.
 */
export const canonicalFormVersion = 'gwc/1';

export type Normalisation = 'decimal-scale' | 'json-spelling' | 'padding';

/** What the form evens out in values of this type; null when the bytes are the value's own. */
export function normalisationOf(type: FieldType): Normalisation | null {
  if (type.kind === 'decimal') return 'decimal-scale';
  if (type.kind === 'json') return 'json-spelling';
  if (type.kind === 'text' && type.padded) return 'padding';
  return type.kind === 'list' ? normalisationOf(type.of) : null;
}

/** Appends records to one growing buffer; `take` gives the bytes since the last take. The bytes are valid until the next append. */
export class CanonicalWriter {
  #buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  record(row: Row, types: readonly FieldType[]): Uint8Array {
    this.#length = 0;
    for (let at = 0; at < types.length; at += 1) this.#value(row[at] ?? null, types[at] as FieldType);
    return this.#buffer.subarray(0, this.#length);
  }

  #value(value: Value, type: FieldType): void {
    if (value === null) this.#text('-');
    else if (Array.isArray(value)) this.#list(value as readonly Value[], type);
    else if (value instanceof Uint8Array) this.#framed('b', value);
    else this.#framedText(letterOf(type), canonicalText(value as string | boolean, type));
  }

  #list(values: readonly Value[], type: FieldType): void {
    const element = type.kind === 'list' ? type.of : type;
    this.#text(`l${values.length}:`);
    for (const value of values) this.#value(value, element);
  }

  #framed(letter: string, bytes: Uint8Array): void {
    this.#text(`${letter}${bytes.length}:`);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #framedText(letter: string, text: string): void {
    this.#text(`${letter}${Buffer.byteLength(text)}:`);
    this.#text(text);
  }

  #text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#buffer.write(text, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** The canonical text of a value that is not null, bytes or a list. */
export function canonicalText(value: string | boolean, type: FieldType): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  switch (type.kind) {
    case 'decimal':
      return canonicalDecimal(value);
    case 'json':
      return canonicalJsonText(value);
    case 'text':
      return type.padded ? value.replace(/ +$/, '') : value;
    case 'boolean':
      throw mistyped(type, value);
    case 'integer':
    case 'float':
    case 'bytes':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
    case 'uuid':
    case 'enum':
    case 'list':
    case 'native':
    case 'any':
      return value;
  }
}

/** `12.300` and `12.3` are the same amount; `NaN` and infinities stay words. */
function canonicalDecimal(text: string): string {
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return trimmed === '-0' || trimmed === '' ? '0' : trimmed;
}

/** Local and zoned times carry different letters, so the two never match by accident. */
function letterOf(type: FieldType): string {
  switch (type.kind) {
    case 'boolean':
      return 'o';
    case 'integer':
      return 'i';
    case 'decimal':
      return 'd';
    case 'float':
      return 'f';
    case 'text':
    case 'enum':
    case 'any':
      return 't';
    case 'bytes':
      return 'b';
    case 'date':
      return 'D';
    case 'time':
      return type.zoned ? 'Z' : 'T';
    case 'timestamp':
      return 's';
    case 'instant':
      return 'z';
    case 'interval':
      return 'v';
    case 'uuid':
      return 'u';
    case 'json':
      return 'j';
    case 'list':
      return 'l';
    case 'native':
      return 'x';
  }
}

function mistyped(type: FieldType, value: string): GodwitError {
  return new GodwitError({
    code: 'audit.mistyped-value',
    title: 'A connector gave a value that is not of its field type',
    detail: `a text of ${value.length} characters where ${type.kind} was declared`,
    nextStep: 'Report this with the schema file: it is a defect of the connector, the audit does not guess.',
    fate: 'never',
  });
}
