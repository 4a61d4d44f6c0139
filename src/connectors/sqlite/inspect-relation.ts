import type { SqliteFile } from '../../host/index.ts';
import type { Field, ForeignKey, Index, Key, Relation } from '../../model/index.ts';
import { fieldTypeOf } from './field-types.ts';
import {
  type CatalogColumn,
  type CatalogIndex,
  type CatalogTable,
  catalogColumns,
  catalogIndexes,
  catalogReferences,
  catalogTables,
  rowIdField,
} from './read-catalog.ts';
import { readCreateTable, type TableText } from './read-create-table.ts';
import { rowNumberField } from './relation-layout.ts';
import type { RelationSize } from './relation-sizes.ts';

/** One table, view or virtual table as the house sees it. */
export function inspectRelation(
  file: SqliteFile,
  table: CatalogTable,
  definition: string,
  size: RelationSize,
): Relation {
  const columns = catalogColumns(file, table.name);
  const indexes = table.type === 'table' ? catalogIndexes(file, table.name) : [];
  const text = readCreateTable(table.type === 'table' ? definition : '');
  const ownNumber = rowIdField(table, columns, indexes);
  const fields = columns.map((column) => fieldOf(table, column, ownNumber));
  const primaryKey = primaryKeyOf(columns, text);
  const uniques = indexes.flatMap((index) => uniqueKey(index, text));
  const identity = primaryKey?.fields ?? firstWithoutNulls(uniques, fields)?.fields ?? null;
  return {
    name: table.name,
    kind: table.type === 'view' ? 'view' : 'table',
    fields: identity ? fields : [...fields, rowNumberField(table, columns)],
    primaryKey,
    uniques,
    foreignKeys: table.type === 'table' ? foreignKeysOf(file, table.name, text) : [],
    indexes: indexes.flatMap((index) => createdIndex(file, index)),
    checks: text.checks.map(({ name, definition: check }, at) => ({
      name: name ?? `check_${at + 1}`,
      definition: check,
    })),
    comment: null,
    definition,
    ...size,
    identity: identity ?? [rowNumberField(table, columns).name],
  };
}

/** Except for INTEGER PRIMARY KEY and WITHOUT ROWID, SQLite lets NULL into a primary key unless NOT NULL is said. */
function fieldOf(table: CatalogTable, column: CatalogColumn, ownNumber: string | null): Field {
  const isNumber = column.name === ownNumber;
  const keyed = column.keyPlace > 0 && (isNumber || table.withoutRowId);
  return {
    name: column.name,
    type: fieldTypeOf(column.declared),
    native: column.declared,
    nullable: !column.notNull && !keyed,
    default: column.default,
    generated: column.generated ? 'computed' : isNumber ? 'identity-default' : 'no',
    synthetic: false,
    comment: null,
  };
}

function primaryKeyOf(columns: readonly CatalogColumn[], text: TableText): Key | null {
  const fields = keyFieldsOf(columns);
  return fields.length === 0
    ? null
    : { name: declaredName(text, fields) ?? 'primary key', fields, deferrable: false };
}

function keyFieldsOf(columns: readonly CatalogColumn[]): string[] {
  return columns
    .filter(({ keyPlace }) => keyPlace > 0)
    .sort((a, b) => a.keyPlace - b.keyPlace)
    .map(({ name }) => name);
}

/** A unique index over parts of the records or over expressions names no record. */
function uniqueKey({ name, unique, origin, partial, fields }: CatalogIndex, text: TableText): Key[] {
  if (!unique || origin === 'pk' || partial) return [];
  const named = fields.filter((field) => field !== null);
  if (named.length < fields.length) return [];
  const keyName = origin === 'u' ? (declaredName(text, named) ?? `unique (${named.join(', ')})`) : name;
  return [{ name: keyName, fields: named, deferrable: false }];
}

function declaredName(text: TableText, fields: readonly string[]): string | undefined {
  const wanted = fields.map((field) => field.toLowerCase()).join('\n');
  return text.keys.find((key) => key.fields.join('\n') === wanted)?.name;
}

function firstWithoutNulls(uniques: readonly Key[], fields: readonly Field[]): Key | undefined {
  const required = new Set(fields.filter(({ nullable }) => !nullable).map(({ name }) => name));
  return uniques.find((key) => key.fields.every((name) => required.has(name)));
}

function foreignKeysOf(file: SqliteFile, table: string, text: TableText): ForeignKey[] {
  const tables = catalogTables(file).map(({ name }) => name);
  return catalogReferences(file, table).map((reference, at) => {
    const relation = asStored(tables, reference.relation);
    const columns = catalogColumns(file, relation);
    const names = columns.map(({ name }) => name);
    return {
      name: text.references[at]?.name ?? `${table}_${reference.fields.join('_')}_fkey`,
      fields: reference.fields,
      references: {
        relation,
        fields: reference.toFields?.map((name) => asStored(names, name)) ?? keyFieldsOf(columns),
      },
      onDelete: reference.onDelete,
      onUpdate: reference.onUpdate,
      deferrable: text.references[at]?.deferrable ?? false,
    };
  });
}

/** A reference may be written in other letter case than the table; the house compares names exactly. */
function asStored(names: readonly string[], written: string): string {
  return names.find((name) => name.toLowerCase() === written.toLowerCase()) ?? written;
}

function createdIndex(file: SqliteFile, { name, unique, origin }: CatalogIndex): Index[] {
  if (origin !== 'c') return [];
  const row = file.statement("SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?").first(name);
  return [{ name, unique, definition: String(row?.[0]) }];
}
