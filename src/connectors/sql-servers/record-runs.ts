import { findField, type Row } from '../../model/index.ts';
import type { SliceWrite, WriteRecord } from '../port.ts';

/** Statements of bounded size: as many records, or a few more bytes than asked for, whichever comes first. */
export function* statementRuns(
  batch: readonly WriteRecord[],
  most: { readonly records: number; readonly bytes: number },
): Generator<readonly WriteRecord[]> {
  let run: WriteRecord[] = [];
  let bytes = 0;
  for (const record of batch) {
    run.push(record);
    bytes += sizeOf(record.row);
    if (run.length < most.records && bytes < most.bytes) continue;
    yield run;
    run = [];
    bytes = 0;
  }
  if (run.length > 0) yield run;
}

function sizeOf(row: Row): number {
  let size = 0;
  for (const value of row) if (typeof value === 'string' || value instanceof Uint8Array) size += value.length;
  return size;
}

/** Cuts records into runs in which no key occurs twice: of two records with one key the later must find the first. */
export function* distinctRuns(
  records: readonly WriteRecord[],
  keyOf: (record: WriteRecord) => string,
): Generator<readonly WriteRecord[]> {
  let run: WriteRecord[] = [];
  let seen = new Set<string>();
  for (const record of records) {
    const key = keyOf(record);
    if (seen.has(key)) {
      yield run;
      run = [];
      seen = new Set();
    }
    seen.add(key);
    run.push(record);
  }
  if (run.length > 0) yield run;
}

/** The relation's own key; without one, what an update went by; a record added without a key is known by its content. */
export function undoKeyOf({
  relation,
  mode,
  key,
}: Pick<SliceWrite, 'relation' | 'mode' | 'key'>): readonly string[] {
  const own = relation.identity.filter((name) => findField(relation, name)?.synthetic !== true);
  if (own.length === relation.identity.length) return own;
  return mode === 'insert' ? [] : key;
}
