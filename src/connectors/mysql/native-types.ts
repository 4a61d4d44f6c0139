import type { FieldType } from '../../model/index.ts';
import { fieldTypeOf } from './field-types.ts';
import { quoteName, quoteText } from './sql.ts';

/** Where a column is going to be: what its type depends on besides the neutral type. */
export interface ColumnPlace {
  readonly name: string;
  /** A key, unique key or reference needs an index over whole values, which only bounded types have. */
  readonly indexed: boolean;
  /** Bytes an index has for this column. */
  readonly indexBytes: number;
  readonly family: 'MariaDB' | 'MySQL';
}

/**
 * The column type that holds the values of a neutral type, with what makes it exact: texts are compared byte by byte, as
 * they are where they come from, and trailing spaces count.
 */
export function nativeTypeFor(type: FieldType, place: ColumnPlace): string {
  switch (type.kind) {
    case 'boolean':
      return `tinyint(1) CHECK (${quoteName(place.name)} in (0,1))`;
    case 'integer':
      return `${integerName(type.bits)}${type.signed ? '' : ' unsigned'}`;
    case 'decimal':
      return decimalType(type.precision, type.scale ?? 0, place);
    case 'float':
      return type.bits === 32 ? 'float' : 'double';
    case 'text':
      return textType(type.charactersMax, type.padded, place);
    case 'bytes':
      return bytesType(type.bytesMax, place);
    case 'date':
      return 'date';
    case 'time':
      return type.zoned ? textType(32, false, place) : `time${digits(type.fractionDigits)}`;
    case 'timestamp':
      return `datetime${digits(type.fractionDigits)}`;
    case 'instant':
      return `timestamp${digits(type.fractionDigits)}`;
    case 'uuid':
      return place.family === 'MariaDB' ? 'uuid' : 'char(36) CHARACTER SET ascii COLLATE ascii_bin';
    case 'json':
      return `longtext${collate(place)} CHECK (json_valid(${quoteName(place.name)}))`;
    case 'enum':
      return enumType(type.labels, place);
    case 'interval':
    case 'list':
    case 'native':
    case 'any':
      return textType(null, false, place);
  }
}

/** The type as which a field is read back from the column that `nativeTypeFor` gives it, where no key bounds it. */
export function createdType(type: FieldType, family: 'MariaDB' | 'MySQL'): FieldType {
  const [, check = ''] = nativeTypeFor(type, anyPlace(family)).split(/ CHECK (?=\()/);
  const kept = check.includes('json_valid') ? 'json' : check === '' ? null : 'flag';
  const name = type.kind === 'enum' ? type.name : '';
  return fieldTypeOf(name, createdNative(type, family), kept, 'checked');
}

/** The native spelling of that field, as it is read back. */
export function createdNative(type: FieldType, family: 'MariaDB' | 'MySQL'): string {
  const [native = ''] = nativeTypeFor(type, anyPlace(family)).split(/ CHECK (?=\()/);
  return native.replace(/ CHARACTER SET \w+/, '');
}

function anyPlace(family: 'MariaDB' | 'MySQL'): ColumnPlace {
  return { name: 'field', indexed: false, indexBytes: 0, family };
}

/** Compares code points and counts trailing spaces; each family has its own name for it. */
export function exactCollation(family: 'MariaDB' | 'MySQL'): string {
  return family === 'MariaDB' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

function collate({ family }: ColumnPlace): string {
  return ` CHARACTER SET utf8mb4 COLLATE ${exactCollation(family)}`;
}

function integerName(bits: 8 | 16 | 24 | 32 | 64): string {
  return { 8: 'tinyint', 16: 'smallint', 24: 'mediumint', 32: 'int', 64: 'bigint' }[bits];
}

const [precisionMax, scaleMax] = [65, 30];

/** Beyond what the server's decimals hold, and where no limit is announced, the digits are kept as text. */
function decimalType(precision: number | null, scale: number, place: ColumnPlace): string {
  const fits = precision !== null && precision <= precisionMax && scale >= 0 && scale <= scaleMax;
  return fits && scale <= precision ? `decimal(${precision},${scale})` : textType(null, false, place);
}

/** A row takes 65,535 bytes of those columns that are not kept outside of it: longer texts are. */
const charactersInRow = 1_000;

function textType(charactersMax: number | null, padded: boolean, place: ColumnPlace): string {
  const indexed = Math.floor(place.indexBytes / 4);
  if (place.indexed)
    return `varchar(${Math.max(1, Math.min(charactersMax ?? indexed, indexed))})${collate(place)}`;
  if (charactersMax === null || charactersMax < 1 || charactersMax > charactersInRow)
    return `longtext${collate(place)}`;
  return `${padded && charactersMax <= 255 ? 'char' : 'varchar'}(${charactersMax})${collate(place)}`;
}

function bytesType(bytesMax: number | null, place: ColumnPlace): string {
  if (place.indexed) return `varbinary(${Math.min(bytesMax ?? place.indexBytes, place.indexBytes)})`;
  return bytesMax === null || bytesMax < 1 || bytesMax > 4 * charactersInRow
    ? 'longblob'
    : `varbinary(${bytesMax})`;
}

/** A label with a space at its end would lose it, and the empty one is also what the server makes of a wrong value. */
function enumType(labels: readonly string[], place: ColumnPlace): string {
  const usable =
    labels.length > 0 && labels.every((label) => label !== '' && !/\s$/.test(label) && label.length <= 255);
  if (!usable) return textType(null, false, place);
  return `enum(${labels.map(quoteText).join(',')})${collate(place)}`;
}

function digits(fractionDigits: number): string {
  const kept = Math.min(6, Math.max(0, fractionDigits));
  return kept === 0 ? '' : `(${kept})`;
}
