import { type FieldType, textUnlimited } from '../../model/index.ts';

/** The column type that holds every value of a neutral type: for relations that come from another kind of system. */
export function nativeTypeFor(type: FieldType): string {
  switch (type.kind) {
    case 'boolean':
    case 'date':
    case 'interval':
    case 'uuid':
      return type.kind;
    case 'integer':
      return integerType(type.bits, type.signed);
    case 'decimal':
      return type.precision === null ? 'numeric' : `numeric(${type.precision},${type.scale ?? 0})`;
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision';
    case 'text':
      return textType(type.charactersMax, type.padded);
    case 'bytes':
      return 'bytea';
    case 'time':
      return `time(${digits(type.fractionDigits)}) ${type.zoned ? 'with' : 'without'} time zone`;
    case 'timestamp':
      return `timestamp(${digits(type.fractionDigits)}) without time zone`;
    case 'instant':
      return `timestamp(${digits(type.fractionDigits)}) with time zone`;
    case 'json':
      return type.binary ? 'jsonb' : 'json';
    case 'list':
      return listType(type.of);
    case 'enum':
    case 'native':
    case 'any':
      return 'text';
  }
}

function listType(element: FieldType): string {
  // PostgreSQL does not count dimensions in the type: a list of lists is an array of the innermost type.
  return element.kind === 'list' ? listType(element.of) : `${nativeTypeFor(element)}[]`;
}

function integerType(bits: number, signed: boolean): string {
  if (!signed && bits === 64) return 'numeric(20,0)';
  const names = { 16: 'smallint', 32: 'integer', 64: 'bigint' } as const;
  return names[integerBits(bits, signed)];
}

function integerBits(bits: number, signed: boolean): 16 | 32 | 64 {
  const needed = signed ? bits : bits + 1;
  if (needed <= 16) return 16;
  return needed <= 32 ? 32 : 64;
}

// Longer limits than PostgreSQL's own cannot be declared; text without a limit holds them all.
const charactersLimit = 10_485_760;

function textType(charactersMax: number | null, padded: boolean): string {
  if (charactersMax === null || charactersMax < 1 || charactersMax > charactersLimit) return 'text';
  return padded ? `character(${charactersMax})` : `character varying(${charactersMax})`;
}

function digits(fractionDigits: number): number {
  return Math.min(6, Math.max(0, fractionDigits));
}

/** The type as which a field of a neutral type is read back from the column that `nativeTypeFor` gives it. */
export function createdType(type: FieldType): FieldType {
  switch (type.kind) {
    case 'integer':
      if (!type.signed && type.bits === 64) return { kind: 'decimal', precision: 20, scale: 0 };
      return { kind: 'integer', bits: integerBits(type.bits, type.signed), signed: true };
    case 'decimal':
      return type.precision === null ? type : { ...type, scale: type.scale ?? 0 };
    case 'text':
      return textType(type.charactersMax, type.padded) === 'text' ? textUnlimited : type;
    case 'bytes':
      return { kind: 'bytes', bytesMax: null };
    case 'time':
    case 'timestamp':
    case 'instant':
      return { ...type, fractionDigits: digits(type.fractionDigits) };
    case 'list':
      return type.of.kind === 'list' ? createdType(type.of) : { kind: 'list', of: createdType(type.of) };
    case 'enum':
    case 'native':
    case 'any':
      return textUnlimited;
    default:
      return type;
  }
}
