import { valueFault } from '../faults.ts';
import { unitOfWord } from './read-span.ts';

/** What extract, date_part and date_trunc can be asked for. */
export type FieldName =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium'
  | 'timezone'
  | 'timezone_hour'
  | 'timezone_minute'
  | 'dow'
  | 'isodow'
  | 'doy'
  | 'isoyear'
  | 'julian'
  | 'epoch';

/** Names in any case, with PostgreSQL's abbreviations (`mon`, `hrs`). Throws 22023 for a name nobody knows. */
export function fieldNamed(name: string, type: string): FieldName {
  const field = unitNamed(name) ?? calendarFields.get(name.toLowerCase());
  if (field === undefined) throw valueFault('22023', `${JSON.stringify(name)} is not a field of ${type}`);
  return field;
}

/** Only units, which can be cut to. */
export function unitNamed(name: string): FieldName | undefined {
  const lower = name.toLowerCase();
  return moreUnits.get(lower) ?? unitOfWord(lower);
}

export function unsupportedField(field: FieldName, type: string): Error {
  return valueFault('0A000', `${field} is not supported for ${type}`);
}

const moreUnits: ReadonlyMap<string, FieldName> = new Map<string, FieldName>([
  ['qtr', 'quarter'],
  ['quarter', 'quarter'],
  ['timezone', 'timezone'],
  ['timezone_h', 'timezone_hour'],
  ['timezone_hour', 'timezone_hour'],
  ['timezone_m', 'timezone_minute'],
  ['timezone_minute', 'timezone_minute'],
]);

const calendarFields: ReadonlyMap<string, FieldName> = new Map<string, FieldName>([
  ['dow', 'dow'],
  ['isodow', 'isodow'],
  ['doy', 'doy'],
  ['isoyear', 'isoyear'],
  ['julian', 'julian'],
  ['jd', 'julian'],
  ['j', 'julian'],
  ['epoch', 'epoch'],
]);
