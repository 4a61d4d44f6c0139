import type { Relation } from '../../model/index.ts';
import { textArray } from './array-text.ts';
import { postgresFault } from './faults.ts';
import type { Session } from './sessions.ts';
import { qualifiedName, quoteName } from './sql.ts';

/** A relation as the statements that change it need it, read from the catalog at the time of writing. */
export interface TargetTable {
  /** Qualified and quoted. */
  readonly name: string;
  readonly columns: readonly TargetColumn[];
  /** Triggers that may change a record after its statement gave it back. */
  readonly hasAfterTriggers: boolean;
}

export interface TargetColumn {
  readonly name: string;
  /** The element type's array, without length or precision: those are checked when the value is assigned, never by a cast. */
  readonly arrayType: string;
  /**
   * Arrays have no array of arrays, and composites would be unfolded into their parts: they travel as text and are read one
   * by one as this type; else null.
   */
  readonly readAs: string | null;
  readonly generated: 'no' | 'identity-always' | 'computed';
}

export async function readTargetTable(
  session: Session,
  schema: string,
  relation: Relation,
): Promise<TargetTable> {
  const rows = await session.rows(columnsQuery, [schema, relation.name]);
  if (rows.length === 0)
    throw postgresFault('postgres.structure', `there is no table ${relation.name} in ${schema}`, {
      relation: relation.name,
    });
  return {
    name: qualifiedName(schema, relation.name),
    columns: rows.map(([name, arrayType, ownType, generated]) => ({
      name: String(name),
      arrayType: arrayType ?? 'pg_catalog.text[]',
      readAs: arrayType === null ? String(ownType) : null,
      generated: generated as TargetColumn['generated'],
    })),
    hasAfterTriggers: rows[0]?.[4] === 't',
  };
}

// tgtype: bit 0 row level, bit 1 before, bit 6 instead of, bits 2 and 4 insert and update.
const columnsQuery = `
  SELECT a.attname, quote_ident(an.nspname) || '.' || quote_ident(e.typname), quote_ident(tn.nspname) || '.' || quote_ident(t.typname),
    CASE WHEN a.attgenerated <> '' THEN 'computed' WHEN a.attidentity = 'a' THEN 'identity-always' ELSE 'no' END,
    EXISTS (SELECT FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D'
      AND g.tgtype & 66 = 0 AND g.tgtype & 20 <> 0)
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_type AS e ON e.oid = t.typarray AND t.typarray <> 0 AND t.typcategory <> 'C'
    LEFT JOIN pg_catalog.pg_namespace AS an ON an.oid = e.typnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'f')
  ORDER BY a.attnum`;

export function targetColumn(table: TargetTable, name: string): TargetColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined)
    throw postgresFault('postgres.structure', `there is no field ${name} in ${table.name}`, { field: name });
  return column;
}

/** Records as parameters: one array for each column, `u.c0`, `u.c1` ... and their place `u.n`, counted from 1. */
export interface Unnested {
  readonly from: string;
  readonly values: readonly string[];
  parameters(rows: readonly (readonly (string | null)[])[]): string[];
}

export function unnested(columns: readonly TargetColumn[]): Unnested {
  const arrays = columns.map(({ arrayType }, at) => `$${at + 1}::${arrayType}`).join(', ');
  const names = columns.map((_column, at) => `c${at}`).join(', ');
  return {
    from: `unnest(${arrays}) WITH ORDINALITY AS u(${names}, n)`,
    values: columns.map(({ readAs }, at) => (readAs === null ? `u.c${at}` : `u.c${at}::${readAs}`)),
    parameters: (rows) => columns.map((_column, at) => textArray(rows.map((row) => row[at] ?? null))),
  };
}

/** A digest over a whole record as it is stored, in the fixed spelling of the session. */
export function digestSql(columns: readonly string[]): string {
  const values = columns.map((name) => `t.${quoteName(name)}`).join(', ');
  return `encode(sha256(convert_to(ROW(${values})::text, 'UTF8')), 'hex')`;
}
