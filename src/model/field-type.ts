/** What a field may hold. `null` in a limit means: the system announces none. Lengths of text count characters (code points). */
export type FieldType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 24 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'decimal'; readonly precision: number | null; readonly scale: number | null }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'text'; readonly charactersMax: number | null; readonly padded: boolean }
  | { readonly kind: 'bytes'; readonly bytesMax: number | null }
  | { readonly kind: 'date' }
  | { readonly kind: 'time'; readonly zoned: boolean; readonly fractionDigits: number }
  | { readonly kind: 'timestamp'; readonly fractionDigits: number }
  | { readonly kind: 'instant'; readonly fractionDigits: number }
  | { readonly kind: 'interval' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'json'; readonly binary: boolean }
  | { readonly kind: 'enum'; readonly name: string; readonly labels: readonly string[] }
  | { readonly kind: 'list'; readonly of: FieldType }
  /** A type only one engine knows; travels as that engine's text, into the same native type, into text and out of it. */
  | { readonly kind: 'native'; readonly engine: string; readonly name: string }
  /** The system checks nothing (an SQLite column without a declared type). */
  | { readonly kind: 'any' };

export const integer64: FieldType = { kind: 'integer', bits: 64, signed: true };
export const integer32: FieldType = { kind: 'integer', bits: 32, signed: true };
export const decimalUnlimited: FieldType = { kind: 'decimal', precision: null, scale: null };
export const textUnlimited: FieldType = { kind: 'text', charactersMax: null, padded: false };
export const booleanType: FieldType = { kind: 'boolean' };

/** One line for people and for diffs: `decimal(10,2)`, `text(255)`, `list of integer 32`. */
export function describeFieldType(type: FieldType): string {
  switch (type.kind) {
    case 'integer':
      return `${type.signed ? '' : 'unsigned '}integer ${type.bits}`;
    case 'decimal':
      return type.precision === null ? 'decimal' : `decimal(${type.precision},${type.scale ?? 0})`;
    case 'float':
      return `float ${type.bits}`;
    case 'text':
      return `${type.padded ? 'padded text' : 'text'}${type.charactersMax === null ? '' : `(${type.charactersMax})`}`;
    case 'bytes':
      return type.bytesMax === null ? 'bytes' : `bytes(${type.bytesMax})`;
    case 'time':
      return `${type.zoned ? 'zoned time' : 'time'}(${type.fractionDigits})`;
    case 'timestamp':
    case 'instant':
      return `${type.kind}(${type.fractionDigits})`;
    case 'json':
      return type.binary ? 'jsonb' : 'json';
    case 'enum':
      return `enum ${type.name}`;
    case 'list':
      return `list of ${describeFieldType(type.of)}`;
    case 'native':
      return `${type.engine} ${type.name}`;
    case 'boolean':
    case 'date':
    case 'interval':
    case 'uuid':
    case 'any':
      return type.kind;
  }
}
