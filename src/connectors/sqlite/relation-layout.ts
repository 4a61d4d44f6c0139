import type { SqliteFile } from '../../host/index.ts';
import type { Field, FieldType, Relation } from '../../model/index.ts';
import { type CatalogColumn, type CatalogTable, catalogColumns, catalogTables } from './read-catalog.ts';
import { affinityOf, quoted } from './sql.ts';

/**
 * How the records of a relation are reached with SQL. Everything that reads, writes or undoes asks this, so that names,
 * collations and row numbers are said in one place.
 */
export interface RelationLayout {
  readonly relation: Relation;
  /** What stands behind FROM. */
  readonly from: string;
  /** One expression for each of the relation's fields. */
  readonly expressions: readonly string[];
  /** One expression for each identity field, in the order of bytes for text. */
  readonly identity: readonly string[];
  /** Places of the identity fields among the fields. */
  readonly identityPlaces: readonly number[];
  /** Whether a record may have NULL in its identity (SQLite allows it in most primary keys). */
  readonly identityNullable: boolean;
  /** Name of the row's own number, read beside the fields; null for views, WITHOUT ROWID, and where no column is left for it. */
  readonly rowId: string | null;
  /** A view has no order of its own: its rows are numbered as they come. */
  readonly numbered: boolean;
}

/** Of a table and of a result: SQLITE_MAX_COLUMN, as SQLite is built unless told otherwise. */
const columnsMax = 2_000;

const integer: FieldType = { kind: 'integer', bits: 64, signed: true };

/** The synthetic field by which records without a key are named: the row's own number, or its place in a view. */
export function rowNumberField(table: CatalogTable, columns: readonly CatalogColumn[]): Field {
  return {
    name: rowIdName(table, columns) === null ? '#row' : '#rowid',
    type: integer,
    native: 'INTEGER',
    nullable: false,
    default: null,
    generated: 'no',
    synthetic: true,
    comment: null,
  };
}

/** Of the three names SQLite knows for it the first that no column took. */
function rowIdName(table: CatalogTable, columns: readonly CatalogColumn[]): string | null {
  if (table.type === 'view' || table.withoutRowId) return null;
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null;
}

export function layoutOf(file: SqliteFile, relation: Relation): RelationLayout {
  const table = catalogTables(file).find(({ name }) => name === relation.name);
  const found: CatalogTable = table ?? { name: relation.name, type: 'table', withoutRowId: false };
  const rowId = rowIdName(found, catalogColumns(file, relation.name));
  const numbered = relation.identity.includes('#row');
  const expressionOf = ({ name, synthetic }: Field): string =>
    synthetic && !numbered ? (rowId ?? 'rowid') : quoted(name);
  const places = relation.identity.map((name) => relation.fields.findIndex((field) => field.name === name));
  const identityFields = places.map((place) => relation.fields[place] as Field);
  return {
    relation,
    from: numbered ? numberedRows(relation.name) : quoted(relation.name),
    expressions: relation.fields.map(expressionOf),
    identity: identityFields.map((field) => inByteOrder(field, expressionOf(field))),
    identityPlaces: places,
    identityNullable: identityFields.some(({ nullable }) => nullable),
    rowId: relation.fields.length < columnsMax ? rowId : null,
    numbered,
  };
}

function numberedRows(name: string): string {
  return `(SELECT *, row_number() OVER () AS "#row" FROM ${quoted(name)})`;
}

/** Whatever collation a column has, keys are ordered and compared by their bytes. */
export function inByteOrder(field: Field, expression: string): string {
  const isNumber = ['integer', 'real'].includes(affinityOf(field.native)) || field.synthetic;
  return isNumber ? expression : `${expression} COLLATE BINARY`;
}
