import { isUtf8 } from 'node:buffer';
import type { Field, FieldType, Relation } from '../../model/index.ts';
import {
  CopyChunk,
  type EncodeValue,
  encodeLocalTime,
  notCertain,
  valueEncoder,
} from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { traitsOf } from './field-types.ts';
import { isGeometry, readField } from './read-values.ts';
import type { WireRecord } from './wire-record.ts';
import type { OffsetOfLocal } from './zones.ts';

/** Writes one row of the wire as a tuple; throws `bulk.not-certain` where reading it as a record would be more than copying. */
export interface RecordEncoder {
  /** The SELECT list its rows come from. */
  readonly columns: readonly string[];
  encode(out: CopyChunk, record: WireRecord): void;
}

/** The same of every value as `readField` and a copying transform make of it, or nothing. */
export function recordEncoder(
  relation: Relation,
  load: BulkLoad,
  zones: ReadonlyMap<string, OffsetOfLocal>,
): RecordEncoder {
  const columns: string[] = [];
  const cells = load.fields.map((field) => loadedCell(field, columns, zones));
  const loaded = new Set(cells.map(({ name }) => name));
  // A record is bad for what a field holds that nobody takes, too.
  const others = relation.fields.flatMap((field) => {
    const check = loaded.has(field.name) ? null : checkerOf(field);
    return check === null ? [] : [cellOf(field, check, columns)];
  });
  const scratch = new CopyChunk(1024);
  return {
    columns,
    encode: (out, record) => {
      out.tuple(cells.length);
      for (const cell of cells) put(out, relation.name, cell, record);
      if (others.length === 0) return;
      scratch.at = 0;
      for (const cell of others) put(scratch, relation.name, cell, record);
    },
  };
}

function loadedCell(
  { source, target }: BulkLoad['fields'][number],
  columns: string[],
  zones: ReadonlyMap<string, OffsetOfLocal>,
): WireCell {
  if (source.kind === 'computed')
    throw new RangeError('a MySQL server computes nothing on its way into a load');
  const encode =
    source.kind === 'field'
      ? wireEncoder(source.field, target)
      : (zonedEncoder(zones.get(source.zone ?? ''), target.type) ??
        valueEncoder(source.type, target.type, true));
  if (encode === null) throw new RangeError(`no encoder for ${target.name}`);
  const nullText = source.kind === 'read' ? source.nullText : null;
  return cellOf(source.field, nullText === null ? encode : orNull(encode, Buffer.from(nullText)), columns);
}

/** Null where the field is no local time. */
function zonedEncoder(zone: OffsetOfLocal | undefined, to: FieldType): EncodeValue | null {
  return zone === undefined || to.kind !== 'instant' ? null : encodeLocalTime(to.fractionDigits, zone);
}

/** A text that says that there is no value. */
function orNull(encode: EncodeValue, nullText: Buffer): EncodeValue {
  return (out, bytes, from, to) => {
    if (nullText.compare(bytes, from, to) !== 0) return encode(out, bytes, from, to);
    out.absent();
    return true;
  };
}

interface WireCell {
  readonly name: string;
  readonly place: number;
  /** Where a column says whether the text can be turned back into the same bytes. */
  readonly reversible: number | null;
  readonly encode: EncodeValue;
}

function cellOf(field: Field, encode: EncodeValue, columns: string[]): WireCell {
  const { sql } = readField(field);
  const place = columns.push(...sql) - sql.length;
  return { name: field.name, place, reversible: sql.length === 2 ? place + 1 : null, encode };
}

const one = 49;

function put(
  out: CopyChunk,
  relation: string,
  { name, place, reversible, encode }: WireCell,
  { bytes, from, to }: WireRecord,
): void {
  const start = from[place] as number;
  if (start < 0) {
    out.absent();
    return;
  }
  if (reversible !== null && bytes[from[reversible] as number] !== one) throw notCertain(relation, name);
  if (!encode(out, bytes, start, to[place] as number)) throw notCertain(relation, name);
}

/** A field whose bytes on the wire nobody here can write as a value of its target field; null where there is none. */
export function unwritable({ fields }: BulkLoad): Field | null {
  const found = fields.find(
    ({ source, target }) => source.kind === 'field' && wireEncoder(source.field, target) === null,
  );
  return found?.source.kind === 'field' ? found.source.field : null;
}

/** How the bytes of a field on the wire become a value of the target field; null where nothing is certain. */
function wireEncoder(source: Field, target: Field): EncodeValue | null {
  const [from, to] = [source.type, target.type];
  if (from.kind === 'boolean') return to.kind === 'boolean' ? flag : null;
  if (from.kind === 'bytes') return to.kind === 'bytes' ? asItIs : null;
  // Sessions are in UTC, and the offset is not written.
  if (from.kind === 'instant')
    return to.kind === 'instant' ? timestampEncoder(from, to.fractionDigits) : null;
  if (from.kind === 'native' && isGeometry(traitsOf(source.native).base)) return null;
  return valueEncoder(from, to, false);
}

function timestampEncoder(
  { fractionDigits }: FieldType & { kind: 'instant' },
  room: number,
): EncodeValue | null {
  const local = (digits: number): FieldType => ({ kind: 'timestamp', fractionDigits: digits });
  return valueEncoder(local(fractionDigits), local(room), false);
}

const asItIs: EncodeValue = (out, bytes, from, to) => {
  out.value(bytes, from, to);
  return true;
};

const flag: EncodeValue = (out, bytes, from, to) => {
  const value = (bytes[from] as number) - 48;
  if (to - from !== 1 || (value !== 0 && value !== 1)) return false;
  out.begin(1);
  out.bytes[out.at] = value;
  out.at += 1;
  return true;
};

/** What makes sure that a value is one; null where whatever is stored is. */
function checkerOf(field: Field): EncodeValue | null {
  const { type } = field;
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
    case 'bytes':
    case 'uuid':
      return null;
    case 'boolean':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return wireEncoder(field, field);
    default:
      return traitsOf(field.native).charset === null && type.kind === 'native' ? null : isText;
  }
}

const isText: EncodeValue = (_out, bytes, from, to) => isUtf8(bytes.subarray(from, to));
