import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import { bookkeepingPrefix, quoted } from './sql.ts';

/** What SQLite says of a table or view in its own catalogue. */
export interface CatalogTable {
  readonly name: string;
  readonly type: 'table' | 'view' | 'virtual' | 'shadow';
  readonly withoutRowId: boolean;
}

export interface CatalogColumn {
  readonly name: string;
  readonly declared: string;
  readonly notNull: boolean;
  readonly default: string | null;
  /** From 1, its place in the primary key; 0 when it is in none. */
  readonly keyPlace: number;
  readonly generated: boolean;
}

export interface CatalogReference {
  readonly fields: readonly string[];
  readonly relation: string;
  /** Null: the primary key of the other table. */
  readonly toFields: readonly string[] | null;
  readonly onUpdate: string;
  readonly onDelete: string;
}

export interface CatalogIndex {
  readonly name: string;
  readonly unique: boolean;
  /** `c` by CREATE INDEX, `u` by a UNIQUE constraint, `pk` by a primary key. */
  readonly origin: string;
  readonly partial: boolean;
  /** Null in it: an expression. */
  readonly fields: readonly (string | null)[];
}

/** Tables and views that belong to the user, sorted by name. */
export function catalogTables(file: SqliteFile): CatalogTable[] {
  const rows = file.statement("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'").all();
  return rows
    .map(([name, type, withoutRowId]) => ({
      name: text(name),
      type: text(type) as CatalogTable['type'],
      withoutRowId: withoutRowId === 1n,
    }))
    .filter(({ name }) => !isOwnOrInternal(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function isOwnOrInternal(name: string): boolean {
  return name.startsWith(bookkeepingPrefix) || name.toLowerCase().startsWith('sqlite_');
}

/** Hidden columns of virtual tables are left out: they are arguments, not data. */
export function catalogColumns(file: SqliteFile, table: string): CatalogColumn[] {
  const rows = file.statement(`PRAGMA table_xinfo(${quoted(table)})`).all();
  return rows
    .filter((row) => row[6] !== 1n)
    .map(([, name, declared, notNull, value, keyPlace, hidden]) => ({
      name: text(name),
      declared: text(declared),
      notNull: notNull === 1n,
      default: value === null || value === undefined ? null : text(value),
      keyPlace: Number(keyPlace),
      generated: hidden === 2n || hidden === 3n,
    }));
}

/** In the order of their declaration; SQLite numbers them backwards. */
export function catalogReferences(file: SqliteFile, table: string): CatalogReference[] {
  const rows = file.statement(`PRAGMA foreign_key_list(${quoted(table)})`).all();
  const numbers = [...new Set(rows.map(([id]) => Number(id)))].sort((a, b) => b - a);
  return numbers.map((number) => {
    const parts = rows.filter(([id]) => Number(id) === number).sort((a, b) => Number(a[1]) - Number(b[1]));
    const [, , relation, , , onUpdate, onDelete] = parts[0] ?? [];
    const to = parts.map((part) => part[4] ?? null);
    return {
      fields: parts.map((part) => text(part[3])),
      relation: text(relation),
      toFields: to.includes(null) ? null : to.map(text),
      onUpdate: text(onUpdate),
      onDelete: text(onDelete),
    };
  });
}

export function catalogIndexes(file: SqliteFile, table: string): CatalogIndex[] {
  const rows = file.statement(`PRAGMA index_list(${quoted(table)})`).all();
  return rows
    .map(([, name, unique, origin, partial]) => ({
      name: text(name),
      unique: unique === 1n,
      origin: text(origin),
      partial: partial === 1n,
      fields: file
        .statement(`PRAGMA index_info(${quoted(text(name))})`)
        .all()
        .map(([, , field]) => (field === null || field === undefined ? null : text(field))),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `INTEGER PRIMARY KEY`: the field is the row's own number, given by SQLite where it is not written. */
export function rowIdField(
  table: CatalogTable,
  columns: readonly CatalogColumn[],
  indexes: readonly CatalogIndex[],
): string | null {
  const [key, ...more] = columns.filter(({ keyPlace }) => keyPlace > 0);
  if (!key || more.length > 0 || table.type !== 'table' || table.withoutRowId) return null;
  const isAlias = key.declared.toUpperCase() === 'INTEGER' && !indexes.some(({ origin }) => origin === 'pk');
  return isAlias ? key.name : null;
}

function text(value: SqliteValue | undefined): string {
  return typeof value === 'string' ? value : String(value ?? '');
}
