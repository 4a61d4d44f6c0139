import { isUtf8 } from 'node:buffer';
import { type Field, float4Text, floatText, type Value } from '../../model/index.ts';
import { traitsOf } from './field-types.ts';
import { quoteName } from './sql.ts';
import { UnfitValue } from './unfit-value.ts';

/**
 * How a field is asked for and what becomes of the bytes that arrive.
 *
 * A FLOAT prints six digits, so it is read as the DOUBLE of the same value. Character sets are not converted on the way out:
 * UTF-8 columns arrive as stored and are checked here, others are converted by the server, which says with a second column
 * whether the way back gives the same bytes.
 */
export interface ReadField {
  readonly name: string;
  /** One expression, or two: the second is 1 where the first is exact. */
  readonly sql: readonly string[];
  /** Throws UnfitValue. */
  decode(bytes: Buffer): Value;
}

/** @param alias of what the records are read from */
export function readField(field: Field, alias = 't'): ReadField {
  const column = `${alias}.${quoteName(field.name)}`;
  return { name: field.name, sql: readSql(field, column), decode: decoderFor(field) };
}

const utf8 = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'ascii']);

function readSql(field: Field, column: string): readonly string[] {
  if (field.synthetic) return [column];
  const { base, inside, charset } = traitsOf(field.native);
  if (base === 'float' || base === 'double') return [`${column} + 0e0`];
  if (base === 'bit') return inside === '1' ? [`${column} + 0`] : [`LPAD(BIN(${column}), ${inside}, '0')`];
  if (charset === null || utf8.has(charset) || charset === 'binary') return [column];
  const converted = `CONVERT(${column} USING utf8mb4)`;
  // Every byte of latin1 has a character and every one of those has its byte.
  if (charset === 'latin1') return [converted];
  const back = `CAST(CONVERT(${converted} USING ${charset}) AS BINARY) = CAST(${column} AS BINARY)`;
  return [converted, `coalesce(${back}, ${column} IS NULL)`];
}

function decoderFor(field: Field): (bytes: Buffer) => Value {
  const { base } = traitsOf(field.native);
  const read = (decode: (text: string) => Value) => (bytes: Buffer) => decode(textOf(bytes));
  switch (field.type.kind) {
    case 'boolean':
      return read(flag);
    case 'bytes':
      return (bytes) => Uint8Array.from(bytes);
    case 'integer':
      return read((text) => text.replace(/^(-?)0+(?=\d)/, '$1'));
    case 'decimal':
      return read((text) => text.replace(/^(-?)0+(?=\d)/, '$1'));
    case 'float':
      return field.type.bits === 32
        ? read((text) => float4Text(Math.fround(Number(text))))
        : read((text) => floatText(Number(text)));
    case 'date':
      return read(dateText);
    case 'time':
      return read(timeText);
    case 'timestamp':
      return read(timestampText);
    case 'instant':
      return read((text) => `${timestampText(text)}+00`);
    case 'native':
      return isGeometry(base) ? (bytes) => bytes.toString('hex') : read((text) => text);
    default:
      return read((text) => text);
  }
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new UnfitValue('mysql.encoding', 'the text is not valid UTF-8');
  return bytes.toString('utf8');
}

function flag(text: string): Value {
  if (text !== '0' && text !== '1') throw new UnfitValue('mysql.not-a-flag', 'it is neither 0 nor 1');
  return text === '1';
}

const geometries = /^(geometry|point|linestring|polygon|multi\w+|geom\w+|vector)$/;

/** Its own text is its bytes: the number of the reference system and the well-known binary form, in hexadecimal digits. */
export function isGeometry(base: string): boolean {
  return geometries.test(base);
}

function dateText(text: string): string {
  if (/^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d$/.test(text)) return text;
  throw new UnfitValue('mysql.zero-date', `${text} is no date`);
}

/** `24:00:00` is the last moment of a day; what lies beyond, and before its beginning, is a span of time. */
function timeText(text: string): string {
  const plain = withoutZeros(text);
  if (/^([01]\d|2[0-3]):/.test(plain) || plain === '24:00:00') return plain;
  throw new UnfitValue('mysql.outside-day', `${text} is no time of a day`);
}

function timestampText(text: string): string {
  dateText(text.slice(0, 10));
  return withoutZeros(text);
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
