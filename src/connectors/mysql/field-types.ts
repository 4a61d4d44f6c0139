import type { FieldType } from '../../model/index.ts';

/** A column's type, taken apart. */
export interface ColumnTraits {
  /** The type's own word, lower case: `varchar`, `int`, `enum`. */
  readonly base: string;
  /** What stands in its brackets, else the empty text. */
  readonly inside: string;
  readonly unsigned: boolean;
  /** Of text columns, else null. */
  readonly collation: string | null;
  readonly charset: string | null;
}

/** From the text `Field.native` holds: the server's column type, and `COLLATE ...` behind it for text. */
export function traitsOf(native: string): ColumnTraits {
  const found = /^(\w+)(?:\((.*)\))?([^()]*?)(?: COLLATE (\w+))?$/s.exec(
    native.replace(/ ?\/\*.*?\*\/$/, ''),
  );
  const collation = found?.[4] ?? null;
  return {
    base: (found?.[1] ?? native).toLowerCase(),
    inside: found?.[2] ?? '',
    unsigned: /\b(unsigned|zerofill)\b/.test(found?.[3] ?? ''),
    collation,
    charset: collation === null ? null : (collation.split('_')[0] ?? null),
  };
}

/** What a check constraint of the column makes certain: only 0 and 1, or only JSON. */
export type Promise01 = 'flag' | 'json' | null;

const integerBits: Readonly<Record<string, 8 | 16 | 24 | 32 | 64>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
};

const bytesOf: Readonly<Record<string, number | null>> = {
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: null,
};

export function fieldTypeOf(
  name: string,
  native: string,
  kept: Promise01,
  dates: 'checked' | 'text',
): FieldType {
  const { base, inside, unsigned } = traitsOf(native);
  const bits = integerBits[base];
  if (kept === 'flag' && base === 'tinyint') return { kind: 'boolean' };
  if (kept === 'json' && base === 'longtext') return { kind: 'json', binary: false };
  if (bits !== undefined) return { kind: 'integer', bits, signed: !unsigned };
  if (/^(date|time|datetime|timestamp)$/.test(base)) return dates === 'text' ? text : timeType(base, inside);
  const known = plainType(base, inside);
  if (known !== null) return known;
  if (base === 'enum') return { kind: 'enum', name, labels: labelsOf(inside) };
  return { kind: 'native', engine: 'mysql', name: native.replace(/ COLLATE \w+$/, '') };
}

const text: FieldType = { kind: 'text', charactersMax: null, padded: false };

function plainType(base: string, inside: string): FieldType | null {
  const [first, second] = inside.split(',').map(Number);
  switch (base) {
    case 'decimal':
      return { kind: 'decimal', precision: first ?? 10, scale: second ?? 0 };
    case 'float':
      return { kind: 'float', bits: 32 };
    case 'double':
      return { kind: 'float', bits: 64 };
    case 'char':
    case 'varchar':
      return { kind: 'text', charactersMax: first ?? 1, padded: base === 'char' };
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return text;
    case 'binary':
    case 'varbinary':
      return { kind: 'bytes', bytesMax: first ?? 1 };
    case 'year':
      return { kind: 'integer', bits: 16, signed: true };
    case 'bit':
      return first === 1 ? { kind: 'boolean' } : null;
    case 'uuid':
      return { kind: 'uuid' };
    case 'json':
      return { kind: 'json', binary: true };
    default:
      return base in bytesOf ? { kind: 'bytes', bytesMax: bytesOf[base] ?? null } : null;
  }
}

function timeType(base: string, inside: string): FieldType {
  const fractionDigits = Number(inside || '0');
  switch (base) {
    case 'date':
      return { kind: 'date' };
    case 'time':
      return { kind: 'time', zoned: false, fractionDigits };
    case 'datetime':
      return { kind: 'timestamp', fractionDigits };
    default:
      return { kind: 'instant', fractionDigits };
  }
}

/** The labels of `'a','it''s','x,y'`. */
export function labelsOf(inside: string): string[] {
  return [...inside.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, label = '']) =>
    label.replaceAll("''", "'").replaceAll('\\\\', '\\'),
  );
}
