import type { SqliteValue } from '../../host/index.ts';
import { type DescribedField, isNumber, isText } from './described-object.ts';
import { readId } from './record-id.ts';
import { recordRefusal, UnreadableBody } from './refusal.ts';

/**
 * A value of a record as the table keeps it. Throws what the vendor says of a value that the field cannot hold. A value of
 * the wrong kind refuses the whole body; a value that is too long, or no option, only its record.
 */
export function readValue(field: DescribedField, value: unknown): SqliteValue {
  if (value === null || value === undefined || value === '') return field.kind === 'boolean' ? 0 : null;
  if (isText(field)) return readText(field, value);
  if (isNumber(field)) return readNumber(field, value);
  switch (field.kind) {
    case 'boolean':
      return readBoolean(value);
    case 'date':
      return readDate(value);
    case 'datetime':
      return readInstant(value);
    case 'base64':
      return readBytes(value);
    default:
      return readReference(field, value);
  }
}

function readText(field: DescribedField, value: unknown): string {
  if (typeof value !== 'string') throw wrongKind('string', value);
  if ([...value].length > field.length)
    throw recordRefusal(
      'STRING_TOO_LONG',
      `${field.label}: data value too large: ${value} (max length=${field.length})`,
      [field.name],
    );
  if (field.kind === 'email' && !/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/.test(value))
    throw recordRefusal('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, [
      field.name,
    ]);
  if (field.restricted) refuseUnlisted(field, value);
  return value;
}

function refuseUnlisted(field: DescribedField, value: string): void {
  const chosen = field.kind === 'multipicklist' ? value.split(';') : [value];
  for (const one of chosen)
    if (!field.values.some((known) => known.value.toLowerCase() === one.toLowerCase()))
      throw notAnOption(field, one);
}

/** Also what a dependent picklist says to a value that its controlling field does not allow. */
export const notAnOption = (field: DescribedField, value: string): Error =>
  recordRefusal(
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    `${field.label}: bad value for restricted picklist field: ${value}`,
    [field.name],
  );

function readNumber(field: DescribedField, value: unknown): number {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw wrongKind(field.kind, value);
  const number = Number(text);
  if (field.kind === 'int' && !Number.isInteger(number)) throw wrongKind('int', value);
  if (Math.abs(number) >= 10 ** (field.precision - field.scale))
    throw recordRefusal(
      'NUMBER_OUTSIDE_VALID_RANGE',
      `${field.label}: value outside of valid range on numeric field: ${text}`,
      [field.name],
    );
  return number;
}

function readBoolean(value: unknown): number {
  const text = String(value).toLowerCase();
  if (text !== 'true' && text !== 'false') throw wrongKind('boolean', value);
  return text === 'true' ? 1 : 0;
}

function readDate(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const read = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A day that the month does not have is moved on by the parser.
  if (Number.isNaN(read) || new Date(read).toISOString().slice(0, 10) !== text)
    throw wrongKind('date', value);
  return text;
}

function readInstant(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;
  const read = shape.test(text) ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
  if (Number.isNaN(read)) throw wrongKind('datetime', value);
  return new Date(read).toISOString();
}

/** Bytes as they are, from a form; else their base 64. */
function readBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value))
    throw new UnreadableBody('unable to parse blob: not base64');
  return Buffer.from(value, 'base64');
}

function readReference(field: DescribedField, value: unknown): string {
  const id = typeof value === 'string' ? readId(value) : null;
  if (id === null)
    throw recordRefusal('MALFORMED_ID', `${field.label}: id value of incorrect type: ${String(value)}`, [
      field.name,
    ]);
  return id;
}

function wrongKind(kind: string, value: unknown): UnreadableBody {
  return new UnreadableBody(
    `Cannot deserialize instance of ${kind} from ${tokenOf(value)} or request may be missing a required field at [line:1, column:1]`,
  );
}

function tokenOf(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return `VALUE_${value ? 'TRUE' : 'FALSE'} value ${value}`;
    case 'number':
      return `VALUE_NUMBER value ${value}`;
    case 'string':
      return `VALUE_STRING value ${value}`;
    default:
      return Array.isArray(value) ? 'START_ARRAY value [' : 'START_OBJECT value {';
  }
}
