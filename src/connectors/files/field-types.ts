import { type Field, type FieldType, integer64, textUnlimited } from '../../model/index.ts';

/** The synthetic field that names a record: the physical line on which it starts, counted from 1. */
export const lineField = '#line';

export function syntheticLine(): Field {
  return plainField(lineField, integer64, 'line number', false, null, true);
}

export function plainField(
  name: string,
  type: FieldType,
  native: string,
  nullable: boolean,
  comment: string | null,
  synthetic: boolean = false,
): Field {
  return { name, type, native, nullable, default: null, generated: 'no', synthetic, comment };
}

/** The type a field gets when a relation is created as a file of that format: the one its values are read back with. */
export function createdType(format: 'csv' | 'jsonl', type: FieldType): FieldType {
  if (format === 'csv') return textUnlimited;
  switch (type.kind) {
    case 'boolean':
    case 'float':
      return type;
    case 'integer':
      return type.bits === 64 && !type.signed ? { kind: 'decimal', precision: null, scale: null } : integer64;
    case 'decimal':
      return { kind: 'decimal', precision: null, scale: null };
    case 'bytes':
      return { kind: 'bytes', bytesMax: null };
    case 'json':
    case 'list':
    case 'any':
      return { kind: 'json', binary: false };
    case 'text':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
    case 'uuid':
    case 'enum':
    case 'native':
      return textUnlimited;
  }
}
