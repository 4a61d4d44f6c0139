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

/**
 * Encodes records of these types. The form is given as a text whose UTF-8 is the form, or as bytes where a value of the
 * record is bytes: most records have none, and one text is hashed twice as fast as bytes written field by field.
 */
export class CanonicalForm {
  readonly #types: readonly FieldType[];
  readonly #letters: readonly string[];
  /** Fields whose values are their own canonical text. */
  readonly #plain: readonly boolean[];

  constructor(types: readonly FieldType[]) {
    this.#types = types;
    this.#letters = types.map(letterOf);
    this.#plain = types.map((type) => type.kind !== 'boolean' && normalisationOf(type) === null);
  }

  of(row: Row): string | Uint8Array {
    let form = '';
    for (let at = 0; at < this.#types.length; at += 1) {
      const value = row[at] ?? null;
      if (value === null) form += '-';
      else if (typeof value === 'object') return this.#mixed(row);
      else {
        const plain = typeof value === 'string' && (this.#plain[at] as boolean);
        const text = plain ? value : canonicalText(value, this.#types[at] as FieldType);
        form += `${this.#letters[at] as string}${Buffer.byteLength(text)}:${text}`;
      }
    }
    return form;
  }

  /** The same as one text that tells any two forms apart, for maps. */
  textOf(row: Row): string {
    const form = this.of(row);
    return typeof form === 'string' ? form : `\0${Buffer.from(form).toString('latin1')}`;
  }

  #mixed(row: Row): string | Uint8Array {
    const mixture = new Mixture();
    for (let at = 0; at < this.#types.length; at += 1)
      mixture.add(row[at] ?? null, this.#types[at] as FieldType);
    return mixture.form();
  }
}

/** A form whose texts and bytes are collected one after the other. */
class Mixture {
  readonly #parts: (string | Uint8Array)[] = [];
  #text = '';

  add(value: Value, type: FieldType): void {
    if (value === null) this.#text += '-';
    else if (Array.isArray(value)) {
      const element = type.kind === 'list' ? type.of : type;
      this.#text += `l${value.length}:`;
      for (const item of value as readonly Value[]) this.add(item, element);
    } else if (value instanceof Uint8Array) {
      this.#parts.push(`${this.#text}b${value.length}:`, value);
      this.#text = '';
    } else {
      const text = canonicalText(value as string | boolean, type);
      this.#text += `${letterOf(type)}${Buffer.byteLength(text)}:${text}`;
    }
  }

  form(): string | Uint8Array {
    if (this.#parts.length === 0) return this.#text;
    const parts = [...this.#parts, this.#text];
    return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
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
  const trimmed = text.endsWith('0') && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
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
