import type { SqliteValue } from '../../host/index.ts';
import { type Field, floatText } from '../../model/index.ts';
import { type CopyChunk, cellEncoder, type EncodeCell, notCertain } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { decoderFor } from './decode-values.ts';
import { mayBeInexact } from './exact-record.ts';
import { holdsNumbersAsText } from './field-types.ts';
import type { RelationLayout } from './relation-layout.ts';
import { affinityOf } from './sql.ts';

/** Writes one stored record as a tuple; throws `bulk.not-certain` where reading it as a record would be more than copying. */
export type EncodeRecord = (out: CopyChunk, stored: readonly SqliteValue[]) => void;

/**
 * The same of every cell as `decodersFor` and the transform make of it, or nothing: a value whose storage class does not fit
 * the declared type is refused, in fields that nobody takes as well.
 */
export function recordEncoder(layout: RelationLayout, load: BulkLoad): EncodeRecord {
  const { relation, identityPlaces, identityNullable } = layout;
  const cells = load.fields.map((field) => cellOf(layout, field));
  const rest = relation.fields.flatMap((field, place) =>
    cells.some((cell) => cell.place === place)
      ? []
      : [{ name: field.name, place, decode: decoderFor(field) }],
  );
  return (out, stored) => {
    if (mayBeInexact(stored)) throw notCertain(relation.name, null);
    for (const { name, place, decode } of rest)
      if (decode(stored[place] as SqliteValue) === undefined) throw notCertain(relation.name, name);
    if (identityNullable && identityPlaces.some((at) => stored[at] === null))
      throw notCertain(relation.name, null);
    out.tuple(cells.length);
    for (const { name, place, encode } of cells)
      if (!encode(out, stored[place] as SqliteValue)) throw notCertain(relation.name, name);
  };
}

/** A value of a record, where it lies among the relation's fields and how it is written; `encode` says false where it is not certain. */
export interface RecordCell {
  readonly name: string;
  readonly place: number;
  readonly encode: (out: CopyChunk, stored: SqliteValue) => boolean;
}

export function cellOf(
  { relation }: RelationLayout,
  { source, target }: BulkLoad['fields'][number],
): RecordCell {
  if (source.kind === 'computed')
    throw new RangeError('an SQLite file computes nothing on its way into a load');
  const { field } = source;
  const read = source.kind === 'read';
  const encode = cellEncoder(read ? source.type : field.type, target.type, read);
  if (encode === null) throw new RangeError(`no encoder for ${target.name}`);
  const place = relation.fields.findIndex(({ name }) => name === field.name);
  const nullText = read ? source.nullText : null;
  const ofClass = encodeStored(field, encode);
  return {
    name: field.name,
    place,
    encode: (out, stored) => {
      if (stored !== null && stored !== nullText) return ofClass(out, stored);
      out.absent();
      return true;
    },
  };
}

type EncodeStored = (out: CopyChunk, stored: Exclude<SqliteValue, null>) => boolean;

/** By what its owner declared; see `decoderFor`, which says the same. */
function encodeStored(field: Field, encode: EncodeCell): EncodeStored {
  switch (field.type.kind) {
    case 'integer':
      return (out, stored) => typeof stored === 'bigint' && encode(out, stored);
    case 'decimal':
      return affinityOf(field.native) === 'text' ? decimalText(field, encode) : number(encode);
    case 'float':
      return (out, stored) => typeof stored === 'number' && encode(out, stored);
    case 'boolean':
      return (out, stored) => (stored === 1n || stored === 0n) && encode(out, stored === 1n);
    case 'bytes':
      return (out, stored) => stored instanceof Uint8Array && encode(out, stored);
    default:
      return holdsNumbersAsText(field)
        ? textOrNumber(encode)
        : (out, stored) => typeof stored === 'string' && encode(out, stored);
  }
}

function decimalText(field: Field, encode: EncodeCell): EncodeStored {
  const decode = decoderFor(field);
  return (out, stored) => decode(stored) !== undefined && encode(out, stored);
}

function number(encode: EncodeCell): EncodeStored {
  return (out, stored) => (typeof stored === 'bigint' || typeof stored === 'number') && encode(out, stored);
}

function textOrNumber(encode: EncodeCell): EncodeStored {
  return (out, stored) => {
    if (typeof stored === 'bigint') return encode(out, stored.toString());
    if (typeof stored === 'number') return encode(out, floatText(stored));
    return typeof stored === 'string' && encode(out, stored);
  };
}
