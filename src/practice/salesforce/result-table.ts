import type { SqliteValue } from '../../host/index.ts';
import type { BulkJob } from './bulk-jobs.ts';
import type { DescribedField } from './described-object.ts';
import type { Org } from './org.ts';
import { showValue } from './show-record.ts';
import { compileSoql } from './soql/compile-soql.ts';
import { parseSoql } from './soql/parse-soql.ts';

/** Records that are read at once. */
const sliceOf = 2_000;

/** The whole result of a query as a table of texts, the names of its columns above it. */
export function resultTable(
  { queries, catalog }: Org,
  { soql, operation }: BulkJob,
  nowMs: number,
): { readonly header: readonly string[]; readonly lines: Iterable<readonly string[]> } {
  const query = parseSoql(soql ?? '');
  const deletedToo = operation === 'queryAll';
  const compiled = compileSoql(query, { catalog, nowMs, deletedToo });
  const shown = compiled.columns
    .map((column, at) => ({ ...column, at }))
    .filter(({ presence }) => presence !== true);
  const found = queries.ids(compiled, query);
  const ids = query.orderBy.length > 0 ? found : inChunks(found);
  function* lines(): Generator<readonly string[]> {
    for (let from = 0; from < ids.length; from += sliceOf)
      for (const [, ...row] of queries.rows(compiled, ids.slice(from, from + sliceOf), deletedToo))
        yield shown.map(({ at, field }) => textOf(row[at] ?? null, field));
  }
  return { header: shown.map(({ place }) => place.join('.')), lines: lines() };
}

/** As the vendor gives the parts of a large object whose order nobody asked for: each when it is done, the last one first here. */
function inChunks(ids: readonly string[]): readonly string[] {
  const chunks: (readonly string[])[] = [];
  for (let from = 0; from < ids.length; from += sliceOf) chunks.push(ids.slice(from, from + sliceOf));
  return chunks.reverse().flat();
}

function textOf(value: SqliteValue, field: DescribedField | null): string {
  const shown = showValue(value, field, '');
  // As the vendor's CSV has moments: `2026-03-10T12:00:00.000Z`.
  if (field?.kind === 'datetime' && typeof value === 'string') return value;
  return typeof shown === 'string' ? shown : shown === null ? '' : JSON.stringify(shown);
}
