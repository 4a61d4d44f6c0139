import type { SqliteFile } from '../../host/index.ts';
import type { Relation, Schema, SchemaObject } from '../../model/index.ts';
import { inspectRelation } from './inspect-relation.ts';
import { type CatalogTable, catalogTables, isOwnOrInternal } from './read-catalog.ts';
import { type RelationSize, relationSizes } from './relation-sizes.ts';

/**
 * Everything in the file, sorted by name. A view whose query no longer works is listed with its text among the objects only;
 * the shadow tables behind a virtual table are objects, because its records are read through the virtual table.
 */
export function inspectFile(file: SqliteFile): Schema {
  const texts = originalTexts(file);
  const sizes = relationSizes(file);
  const tables = catalogTables(file);
  const relations = tables
    .filter(({ type }) => type !== 'shadow')
    .flatMap((table) => relationOrNothing(file, table, texts, sizes));
  return {
    formatVersion: 1,
    kind: 'sqlite',
    version: String(file.statement('SELECT sqlite_version()').first()?.[0]),
    namespace: null,
    relations,
    objects: objectsOf(file, tables, texts),
  };
}

type Texts = ReadonlyMap<string, string>;

function originalTexts(file: SqliteFile): Texts {
  const rows = file.statement("SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view')").all();
  return new Map(rows.map(([name, sql]) => [String(name), String(sql)]));
}

function relationOrNothing(
  file: SqliteFile,
  table: CatalogTable,
  texts: Texts,
  sizes: ReadonlyMap<string, RelationSize>,
): Relation[] {
  const definition = texts.get(table.name) ?? '';
  const size = sizes.get(table.name) ?? { rowsEstimate: null, bytes: null };
  if (table.type !== 'table' && !isReadable(file, table.name)) return [];
  return [inspectRelation(file, table, definition, size)];
}

/** A view over something that was dropped, a virtual table whose module is not here: SQLite says so when it is prepared. */
function isReadable(file: SqliteFile, name: string): boolean {
  try {
    file.statement(`SELECT * FROM "${name.replaceAll('"', '""')}" LIMIT 0`);
    return true;
  } catch (error) {
    return isLockedOrDamaged(error);
  }
}

/** Those failures are about the file, and have to be heard by whoever reads next. */
function isLockedOrDamaged(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode !== 1;
}

function objectsOf(file: SqliteFile, tables: readonly CatalogTable[], texts: Texts): SchemaObject[] {
  const views = tables
    .filter(({ type }) => type === 'view')
    .map(
      ({ name }): SchemaObject => ({
        kind: 'view',
        name,
        relation: null,
        definition: texts.get(name) ?? null,
      }),
    );
  const virtual = tables
    .filter(({ type }) => type === 'virtual' || type === 'shadow')
    .map(
      ({ name }): SchemaObject => ({
        kind: 'extension',
        name,
        relation: null,
        definition: texts.get(name) ?? null,
      }),
    );
  const triggers = file
    .statement("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all()
    .filter(([, relation]) => !isOwnOrInternal(String(relation)))
    .map(
      ([name, relation, sql]): SchemaObject => ({
        kind: 'trigger',
        name: String(name),
        relation: String(relation),
        definition: String(sql),
      }),
    );
  return [...views, ...virtual, ...triggers].sort((a, b) =>
    `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1,
  );
}
