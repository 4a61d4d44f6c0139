import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import type { SqliteFile } from '../../host/index.ts';
import type { Relation } from '../../model/index.ts';
import type { FrozenView } from './frozen-view.ts';
import type { PageSource } from './page-file.ts';
import { catalogColumns, catalogIndexes, catalogTables, rowIdField } from './read-catalog.ts';
import { rowNumberField } from './relation-layout.ts';
import { affinityOf } from './sql.ts';

/** Where the fields of a relation lie in its pages; plain, so that threads can be told. */
export interface PagePlan {
  readonly source: PageSource;
  readonly root: number;
  /** Columns of the table. */
  readonly columns: number;
  /** Of each field of the relation its place in a stored record, or that it is the row's own number. */
  readonly fields: readonly StoredField[];
}

export interface StoredField {
  readonly place: number | 'row';
  /** Whole numbers in it are kept as such and mean binary numbers (https://www.sqlite.org/datatype3.html). */
  readonly real: boolean;
}

/**
 * How a relation is read from its pages, by threads that ask SQLite for nothing; or why it is not, for people, without a full
 * stop. Nothing is guessed: whatever is not known here is left to SQLite. docs/internals/sqlite-pages.md says why what is read
 * is what the snapshot sees.
 *
 * @param file the snapshot's connection, in its transaction
 */
export function planPages(
  file: SqliteFile,
  path: string,
  view: FrozenView,
  relation: Relation,
): PagePlan | string {
  const source = pageSource(file, path, view);
  return typeof source === 'string' ? source : planRelation(file, source, relation);
}

function pageSource(file: SqliteFile, path: string, view: FrozenView): PageSource | string {
  if (text(file, 'PRAGMA encoding') !== 'UTF-8') return 'its texts are not in UTF-8';
  const descriptor = file.descriptor('');
  if (descriptor === null || view.kind === 'unproven') return 'its file cannot be looked at';
  if (view.kind === 'log' && !isWholeWithoutLog(view)) return 'its log holds what is not in the file yet';
  const head = Buffer.alloc(headBytes);
  if (readSync(descriptor, head, 0, headBytes, 0) < headBytes) return 'its file has no head that is known';
  const pageBytes = pageBytesOf(head);
  const usableBytes = pageBytes - (head[20] as number);
  if (!isKnown(head) || pageBytes !== number(file, 'PRAGMA page_size') || usableBytes < usableLeast)
    return 'its file has no head that is known';
  return { path, descriptor, pageBytes, usableBytes, pages: number(file, 'PRAGMA page_count') };
}

/**
 * Whether everything that the view sees of the log is in the file: the index counts the frames of the log, and those of them
 * that were brought over (https://www.sqlite.org/walformat.html#the_wal_index_file_format).
 */
function isWholeWithoutLog({ head, index }: Extract<FrozenView, { kind: 'log' }>): boolean {
  const frames = wordAt(Buffer.from(head, 'hex'), 16);
  const brought = Buffer.alloc(4);
  return readSync(index, brought, 0, 4, 96) === 4 && wordAt(brought, 0) === frames;
}

/** The log's index is in the byte order of the machine. */
function wordAt(bytes: Buffer, at: number): number {
  return new Uint32Array(new Uint8Array(bytes.subarray(at, at + 4)).buffer)[0] as number;
}

/** https://www.sqlite.org/fileformat2.html#the_database_header */
function isKnown(head: Buffer): boolean {
  const [write, read, , most, least, leaf] = head.subarray(18, 24);
  const format = head.readUInt32BE(44);
  return (
    head.toString('latin1', 0, 16) === 'SQLite format 3\0' &&
    (write === 1 || write === 2) &&
    (read === 1 || read === 2) &&
    [most, least, leaf].join() === '64,32,32' &&
    format >= 1 &&
    format <= 4 &&
    head.readUInt32BE(56) === 1
  );
}

const headBytes = 100;
const usableLeast = 480;

function pageBytesOf(head: Buffer): number {
  const told = head.readUInt16BE(16);
  return told === 1 ? 65_536 : told;
}

function planRelation(file: SqliteFile, source: PageSource, relation: Relation): PagePlan | string {
  const table = catalogTables(file).find(({ name }) => name === relation.name);
  if (table?.type !== 'table') return 'it is no plain table';
  if (table.withoutRowId) return 'its records have no row numbers';
  if (computesFields(file, relation.name)) return 'it has fields that are computed when they are read';
  const columns = catalogColumns(file, relation.name);
  const alias = rowIdField(table, columns, catalogIndexes(file, relation.name));
  const [key, ...more] = relation.identity;
  const own = alias ?? rowNumberField(table, columns).name;
  if (more.length > 0 || key !== own || key === '#row') return 'its key is not the row’s own number';
  const fields = relation.fields.map(({ name, synthetic }): StoredField => {
    const place = columns.findIndex((column) => column.name === name);
    return {
      place: synthetic || name === alias ? 'row' : place,
      real: affinityOf(columns[place]?.declared ?? '') === 'real',
    };
  });
  if (fields.some(({ place }) => place === -1)) return 'it has other fields than before';
  const root = file
    .statement("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .first(relation.name)?.[0];
  return { source, root: Number(root), columns: columns.length, fields };
}

/** Fields that are computed and stored are stored like others. */
function computesFields(file: SqliteFile, table: string): boolean {
  return (
    file.statement('SELECT 1 FROM pragma_table_xinfo(?) WHERE hidden NOT IN (0, 3)').first(table) !==
    undefined
  );
}

function text(file: SqliteFile, sql: string): string {
  return String(file.statement(sql).first()?.[0]);
}

function number(file: SqliteFile, sql: string): number {
  return Number(file.statement(sql).first()?.[0]);
}
