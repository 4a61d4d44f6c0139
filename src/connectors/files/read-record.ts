import type { BadRecord, Row, Value } from '../../model/index.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { readCsvRecordWith } from './read-csv-record.ts';
import { readJsonRecordWith } from './read-json-record.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { RecordProblem } from './record-problem.ts';

/** One record of the file, the line number behind its values. */
export type ReadOutcome =
  | { readonly row: Row; readonly bad: null }
  | { readonly row: null; readonly bad: BadRecord };

export function readRecordWith(entry: CatalogEntry): (cursor: RecordCursor) => ReadOutcome {
  const { file, fields } = entry;
  const { csv } = file.dialect;
  const read: (cursor: RecordCursor) => Value[] | RecordProblem = csv
    ? readCsvRecordWith(file.dialect, csv, file.columns, file.headerTexts)
    : readJsonRecordWith(file.dialect, fields);
  return (cursor) => {
    const values = read(cursor);
    if (!Array.isArray(values)) return { row: null, bad: badRecord(file.found.name, cursor, values) };
    values.push(String(cursor.line));
    return { row: values, bad: null };
  };
}

function badRecord(name: string, cursor: RecordCursor, problem: RecordProblem): BadRecord {
  return {
    key: [String(cursor.line)],
    where: `${name} line ${cursor.line}`,
    original: cursor.original(),
    code: problem.code,
    message: `The record ${problem.message}.`,
    field: problem.field ?? null,
  };
}
