import type { Slice } from '../../model/index.ts';
import type { RecordIndex } from './record-index.ts';

/** Cuts a file into slices by the lines on which records start; a bound is the line before the next slice's first record. */
export function* splitByLine(index: RecordIndex, rowsPerSlice: number): Generator<Slice> {
  let after: string | null = null;
  let number = 0;
  let before = 0;
  for (const place of index.everyRecords(rowsPerSlice)) {
    if (place.before === 0) continue;
    const upTo = String(place.line - 1);
    yield slice(number, after, upTo, place.before - before);
    number += 1;
    after = upTo;
    before = place.before;
  }
  yield slice(number, after, null, index.records - before);
}

function slice(number: number, after: string | null, upTo: string | null, rowsEstimate: number): Slice {
  return {
    number,
    after: after === null ? null : [after],
    upTo: upTo === null ? null : [upTo],
    rowsEstimate,
  };
}
