import type { SqliteFile } from '../../host/index.ts';
import { catalogTables } from './read-catalog.ts';
import { quoted } from './sql.ts';

export interface RelationSize {
  readonly rowsEstimate: number | null;
  readonly bytes: number | null;
}

/** Up to this size counting takes about as long as opening; beyond it only what ANALYZE once noted is used. */
const countedBytesMax = 1024 ** 3;

export function relationSizes(file: SqliteFile): ReadonlyMap<string, RelationSize> {
  const tables = catalogTables(file).filter(({ type }) => type === 'table');
  if (fileBytes(file) > countedBytesMax) {
    const noted = notedRows(file);
    return new Map(tables.map(({ name }) => [name, { rowsEstimate: noted.get(name) ?? null, bytes: null }]));
  }
  const bytes = usedBytes(file);
  return new Map(
    tables.map(({ name }) => [name, { rowsEstimate: countRows(file, name), bytes: bytes.get(name) ?? null }]),
  );
}

export function fileBytes(file: SqliteFile): number {
  const [pages, pageBytes] = ['page_count', 'page_size'].map((name) =>
    Number(file.statement(`PRAGMA ${name}`).first()?.[0]),
  );
  return (pages ?? 0) * (pageBytes ?? 0);
}

function countRows(file: SqliteFile, name: string): number {
  return Number(file.statement(`SELECT count(*) FROM ${quoted(name)}`).first()?.[0]);
}

function usedBytes(file: SqliteFile): ReadonlyMap<string, number> {
  const rows = file.statement('SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE').all();
  return new Map(rows.map(([name, bytes]) => [String(name), Number(bytes)]));
}

function notedRows(file: SqliteFile): ReadonlyMap<string, number> {
  const there = file.statement("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").first();
  if (!there) return new Map();
  const rows = file.statement('SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl').all();
  return new Map(rows.map(([name, count]) => [String(name), Number(count)]));
}
