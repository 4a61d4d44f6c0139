import { isUtf8 } from 'node:buffer';
import type { SqliteValue } from '../../host/index.ts';
import type { Field } from '../../model/index.ts';
import { type CopyChunk, notCertain } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import type { AddedValues } from './added-values.ts';
import { decoderFor } from './decode-values.ts';
import { cellOf } from './encode-record.ts';
import { mayBeInexact } from './exact-record.ts';
import type { PagePlan, StoredField } from './page-plan.ts';
import type { RelationLayout } from './relation-layout.ts';
import type { StoredRecord } from './stored-record.ts';
import { rowWriter, storedWriter } from './write-stored.ts';

/** Writes a record as it is stored as a tuple; throws `bulk.not-certain` as `EncodeRecord` does. */
export type EncodeStoredRecord = (out: CopyChunk, record: StoredRecord) => void;

/**
 * The same of every record as `recordEncoder` makes of it, from its bytes. One thing is left to the server: whether a text that
 * it is given is UTF-8. It refuses what is not, and the slice with it.
 */
export function storedEncoder(
  layout: RelationLayout,
  load: BulkLoad,
  plan: PagePlan,
  added: AddedValues,
): EncodeStoredRecord {
  const { relation } = layout;
  const cells = load.fields.map((field) => storedCell(layout, field, plan, added));
  const taken = new Set(cells.map(({ name }) => name));
  const rest = relation.fields.flatMap((field, at) =>
    taken.has(field.name) ? [] : [{ name: field.name, fits: fitting(field, plan, at, added) }],
  );
  return (out, record) => {
    for (const { name, fits } of rest) if (!fits(record)) throw notCertain(relation.name, name);
    out.tuple(cells.length);
    for (const { name, write } of cells) if (!write(out, record)) throw notCertain(relation.name, name);
  };
}

interface StoredCell {
  readonly name: string;
  readonly write: (out: CopyChunk, record: StoredRecord) => boolean;
}

function storedCell(
  layout: RelationLayout,
  load: BulkLoad['fields'][number],
  plan: PagePlan,
  added: AddedValues,
): StoredCell {
  const { name, place: at, encode } = cellOf(layout, load);
  const { place } = plan.fields[at] as StoredField;
  const valueIn = valueOf(plan, at, added);
  const asValue = (out: CopyChunk, record: StoredRecord): boolean => {
    const value = valueIn(record);
    return !mayBeInexact([value]) && encode(out, value);
  };
  if (place === 'row') return { name, write: rowWriter(load, asValue) };
  const write = storedWriter(load, asValue);
  return {
    name,
    write: (out, record) => {
      if (place >= record.present) return asValue(out, record);
      if (!record.isAbsent(place)) return write(out, record, place);
      out.absent();
      return true;
    },
  };
}

/** As the driver would give it. */
function valueOf(plan: PagePlan, at: number, added: AddedValues): (record: StoredRecord) => SqliteValue {
  const { place, real } = plan.fields[at] as StoredField;
  if (place === 'row') return ({ rowId }) => BigInt(rowId);
  return (record) => {
    if (place >= record.present) return added.of(record)[at] ?? null;
    const value = record.value(place);
    return real && typeof value === 'bigint' ? Number(value) : value;
  };
}

/** Kinds of which not every text is a value. */
const noTexts = new Set(['integer', 'decimal', 'float', 'boolean', 'bytes']);

/** Whether a value that nobody takes is one of its field. */
function fitting(
  field: Field,
  plan: PagePlan,
  at: number,
  added: AddedValues,
): (record: StoredRecord) => boolean {
  const valueIn = valueOf(plan, at, added);
  const decode = decoderFor(field);
  const { place } = plan.fields[at] as StoredField;
  const takesTexts = place !== 'row' && !noTexts.has(field.type.kind);
  return (record) => {
    if (takesTexts && place < record.present && record.isText(place))
      return isUtf8(record.bytes.subarray(record.starts[place], record.endOf(place)));
    const value = valueIn(record);
    return !mayBeInexact([value]) && decode(value) !== undefined;
  };
}
