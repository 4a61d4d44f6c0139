import type { FieldType } from '../../model/index.ts';

/** One row of pg_type, with what it takes to understand it. */
export interface CatalogType {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** The type's own spelling without modifiers. */
  readonly spelling: string;
  readonly isArray: boolean;
  readonly element: string;
  readonly kind: string;
  readonly base: string;
  readonly baseModifier: number;
  readonly labels: readonly string[];
}

/** From a type of the catalog and its modifier (-1: none) to the neutral type; domains give the type they rest on. */
export function fieldTypeOf(
  types: ReadonlyMap<string, CatalogType>,
  oid: string,
  modifier: number,
): FieldType {
  const type = types.get(oid);
  if (type === undefined) return { kind: 'native', engine: 'postgres', name: `type ${oid}` };
  if (type.kind === 'd')
    return fieldTypeOf(types, type.base, type.baseModifier === -1 ? modifier : type.baseModifier);
  if (type.isArray) return { kind: 'list', of: fieldTypeOf(types, type.element, modifier) };
  if (type.kind === 'e') return { kind: 'enum', name: type.name, labels: type.labels };
  const known = type.schema === 'pg_catalog' ? catalogType(type.name, modifier) : extensionType(type.name);
  return known ?? { kind: 'native', engine: 'postgres', name: nativeName(type, modifier) };
}

function extensionType(name: string): FieldType | undefined {
  // Case-insensitive only in comparisons: what it holds is text as it was written.
  return name === 'citext' ? { kind: 'text', charactersMax: null, padded: false } : undefined;
}

function catalogType(name: string, modifier: number): FieldType | undefined {
  switch (name) {
    case 'bool':
      return { kind: 'boolean' };
    case 'int2':
      return { kind: 'integer', bits: 16, signed: true };
    case 'int4':
      return { kind: 'integer', bits: 32, signed: true };
    case 'int8':
      return { kind: 'integer', bits: 64, signed: true };
    case 'oid':
      return { kind: 'integer', bits: 32, signed: false };
    case 'numeric':
      return decimalType(modifier);
    case 'float4':
      return { kind: 'float', bits: 32 };
    case 'float8':
      return { kind: 'float', bits: 64 };
    case 'text':
      return { kind: 'text', charactersMax: null, padded: false };
    case 'varchar':
    case 'bpchar':
      return {
        kind: 'text',
        charactersMax: modifier === -1 ? null : modifier - 4,
        padded: name === 'bpchar',
      };
    case 'bytea':
      return { kind: 'bytes', bytesMax: null };
    case 'uuid':
      return { kind: 'uuid' };
    case 'json':
    case 'jsonb':
      return { kind: 'json', binary: name === 'jsonb' };
    default:
      return temporalType(name, modifier === -1 ? 6 : modifier);
  }
}

function temporalType(name: string, fractionDigits: number): FieldType | undefined {
  switch (name) {
    case 'date':
    case 'interval':
      return { kind: name };
    case 'time':
    case 'timetz':
      return { kind: 'time', zoned: name === 'timetz', fractionDigits };
    case 'timestamp':
      return { kind: 'timestamp', fractionDigits };
    case 'timestamptz':
      return { kind: 'instant', fractionDigits };
    default:
      return undefined;
  }
}

/** The modifier packs precision and scale; the scale is signed in 11 bits since version 15. */
function decimalType(modifier: number): FieldType {
  if (modifier === -1) return { kind: 'decimal', precision: null, scale: null };
  const packed = modifier - 4;
  const scale = packed & 0x7ff;
  return {
    kind: 'decimal',
    precision: (packed >> 16) & 0xffff,
    scale: scale > 1023 ? scale - 2048 : scale,
  };
}

function nativeName(type: CatalogType, modifier: number): string {
  const measured = modifier !== -1 && (type.name === 'bit' || type.name === 'varbit');
  return measured ? `${type.spelling}(${modifier})` : type.spelling;
}
