import type { SqliteFile } from '../../host/index.ts';
import type { Row, Slice } from '../../model/index.ts';
import type { CopyChunk } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { AddedValues } from './added-values.ts';
import { recordEncoder } from './encode-record.ts';
import { storedEncoder } from './encode-stored.ts';
import { PageFile } from './page-file.ts';
import type { PagePlan } from './page-plan.ts';
import { identityValues, inOrder, sliceConditions } from './range-condition.ts';
import type { RelationLayout } from './relation-layout.ts';
import { StoredRecord } from './stored-record.ts';
import { type RowRange, TablePages } from './table-pages.ts';

export interface AskedSlice {
  readonly file: SqliteFile;
  readonly layout: RelationLayout;
  readonly slice: Slice;
  readonly load: BulkLoad;
  readonly out: CopyChunk;
}

/** The records of a slice as binary COPY, in chunks, of values that SQLite hands out. */
export function* sliceThroughSqlite({ file, layout, slice, load, out }: AskedSlice): Generator<Uint8Array> {
  const encode = recordEncoder(layout, load);
  out.header();
  for (const condition of sliceConditions(layout, slice)) {
    const sql = `SELECT ${layout.expressions.join(', ')} FROM ${layout.from} ${condition.sql} ${inOrder(layout)}`;
    for (const stored of file.statement(sql).iterate(...condition.values)) {
      encode(out, stored);
      if (out.full) yield out.take();
    }
  }
  out.trailer();
  yield out.take();
}

/** The same, from the bytes of the table's pages. */
export function* sliceFromPages(asked: AskedSlice, plan: PagePlan): Generator<Uint8Array> {
  const { file, layout, slice, load, out } = asked;
  const record = new StoredRecord(plan.columns);
  const encode = storedEncoder(layout, load, plan, new AddedValues(file, layout));
  const table = new TablePages(new PageFile(plan.source), rowRange(layout, slice), record);
  out.header();
  for (const cells of table.leaves(plan.root))
    for (let cell = 0; cell < cells; cell += 1) {
      if (!table.read(cell)) continue;
      encode(out, record);
      if (out.full) yield out.take();
    }
  out.trailer();
  yield out.take();
}

/** The bounds of a slice whose key is the row's own number. */
function rowRange(layout: RelationLayout, { after, upTo }: Slice): RowRange {
  return { after: rowNumber(layout, after) ?? -Infinity, upTo: rowNumber(layout, upTo) ?? Infinity };
}

function rowNumber(layout: RelationLayout, key: Row | null): number | bigint | null {
  if (key === null) return null;
  const value = identityValues(layout, key)[0];
  if (typeof value !== 'bigint') throw new RangeError('a row number is a whole number');
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}
