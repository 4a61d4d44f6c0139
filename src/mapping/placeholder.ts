import type { FieldType, Value } from '../model/index.ts';

/** A valid value of a type that stands for a new id nobody knows yet. */
export function placeholderOf(type: FieldType): Value {
  switch (type.kind) {
    case 'boolean':
      return true;
    case 'integer':
    case 'decimal':
    case 'float':
      return '1';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'date':
      return '2000-01-01';
    case 'time':
      return type.zoned ? '00:00:00+00' : '00:00:00';
    case 'timestamp':
      return '2000-01-01 00:00:00';
    case 'instant':
      return '2000-01-01 00:00:00+00';
    case 'interval':
      return '00:00:00';
    case 'bytes':
      return Uint8Array.of(1);
    case 'json':
      return '1';
    case 'enum':
      return type.labels[0] ?? '1';
    case 'list':
      return [placeholderOf(type.of)];
    case 'text':
    case 'native':
    case 'any':
      return '1';
  }
}
