import type { Field, FieldType } from '../../model/index.ts';
import { affinityOf } from './sql.ts';

/**
 * What a declared type's name means. SQLite itself lets anything into any column; the name says what its owner wanted, and a
 * value that is something else is a bad record. A name nobody knows means nothing: `any`.
 */
export function fieldTypeOf(declared: string): FieldType {
  const found = /^([^(]*?)\s*(?:\(\s*([+-]?\d+)\s*(?:,\s*([+-]?\d+)\s*)?\))?\s*$/.exec(declared.trim());
  const name = (found?.[1] ?? declared).replace(/\s+/g, ' ').toUpperCase();
  const [first, second] = [numberOf(found?.[2]), numberOf(found?.[3])];
  if (/^(UNSIGNED )?(TINY|SMALL|MEDIUM|BIG|BIG )?INT(EGER|[248])?( UNSIGNED)?$/.test(name))
    return { kind: 'integer', bits: 64, signed: true };
  if (/^(DEC|DECIMAL|NUMERIC|NUMBER)( TEXT)?$/.test(name))
    return { kind: 'decimal', precision: first, scale: first === null ? null : (second ?? 0) };
  if (/^(REAL|FLOAT|DOUBLE)( PRECISION)?$/.test(name)) return { kind: 'float', bits: 64 };
  if (/^BOOL(EAN)?$/.test(name)) return { kind: 'boolean' };
  if (/^JSON( TEXT)?$/.test(name)) return { kind: 'json', binary: false };
  if (/^(LONG|MEDIUM|TINY)?BLOB$|^(VAR)?BINARY$|^BYTEA$/.test(name))
    return { kind: 'bytes', bytesMax: first };
  return isTextName(name) ? { kind: 'text', charactersMax: first, padded: false } : { kind: 'any' };
}

const textNames =
  /^(TEXT|CLOB|NCLOB|(TINY|MEDIUM|LONG)TEXT|N?CHAR|N?VARCHAR2?|(NATIVE |VARYING )?CHARACTER|CHARACTER VARYING|UUID|GUID)$/;

function isTextName(name: string): boolean {
  return textNames.test(name) || isDateName(name);
}

/**
 * SQLite has no dates: such a column holds text in whatever style, or a number of seconds or days. Because its affinity turns
 * text that looks like a number into one, numbers in it are text as well, not a mistake.
 */
function isDateName(name: string): boolean {
  return /^(DATE|DATETIME|TIME|TIMESTAMP|TIMESTAMPTZ|(TIME|TIMESTAMP) WITH(OUT)? TIME ZONE)$/.test(name);
}

export function holdsNumbersAsText(field: Pick<Field, 'type' | 'native'>): boolean {
  const { kind } = field.type;
  return (kind === 'text' || kind === 'json') && affinityOf(field.native) === 'numeric';
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/**
 * The declared type for a field that comes from another kind of system. Exact types get a name whose affinity is TEXT:
 * under DECIMAL(38,10) SQLite would keep 15 digits of a large amount.
 */
export function declaredTypeFor(type: FieldType): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return type.bits === 64 && !type.signed ? 'DECIMAL TEXT(20,0)' : 'INTEGER';
    case 'decimal':
      return type.precision === null ? 'DECIMAL TEXT' : `DECIMAL TEXT(${type.precision},${type.scale ?? 0})`;
    case 'float':
      return 'REAL';
    case 'text':
      return type.charactersMax === null ? 'TEXT' : `VARCHAR(${type.charactersMax})`;
    case 'bytes':
      return 'BLOB';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
    case 'instant':
      return 'TIMESTAMP';
    case 'uuid':
      return 'UUID';
    case 'json':
    case 'list':
      return 'JSON TEXT';
    case 'interval':
    case 'enum':
    case 'native':
      return 'TEXT';
    case 'any':
      return '';
  }
}
