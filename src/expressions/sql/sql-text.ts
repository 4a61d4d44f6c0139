import { elementOf } from '../array-types.ts';
import type { TypeName } from '../registry.ts';

/** An expression in a system's own SQL, or why it cannot be one: words for people, without a full stop. */
export type SqlText =
  | { readonly kind: 'sql'; readonly sql: string }
  | { readonly kind: 'impossible'; readonly reason: string };

/** Ends the writing of an expression; never leaves this folder. */
class Unwritable extends Error {}

/** Ends the writing: `what` is said to mean something else there, or to be known here only. */
export function unwritable(what: string): never {
  throw new Unwritable(what);
}

// What is this long is not read faster there than here.
const charactersMax = 100_000;

/** Runs a writer; what it cannot write becomes the reason. */
export function written(write: () => string): SqlText {
  try {
    const sql = write();
    if (sql.length > charactersMax)
      return { kind: 'impossible', reason: 'it is too long to be written as SQL' };
    return { kind: 'sql', sql };
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    return { kind: 'impossible', reason: error.message };
  }
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Needs standard_conforming_strings, which every session of godwit fixes. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Types whose values are the same on every server, and spelled alike in every session of godwit. */
const typesThere: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 numeric float4 float8 text varchar bpchar bytea jsonb date timestamp timestamptz uuid'.split(
    ' ',
  ),
);

const collatable: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar']);

/** The type's name there. */
export function typeThere(type: TypeName): string {
  const element = elementOf(type);
  if (element !== undefined) return `${typeThere(element)}[]`;
  if (!typesThere.has(type)) unwritable(`${type.split(':')[0]} is computed here`);
  return `pg_catalog.${type}`;
}

export function isTextual(type: string): boolean {
  return collatable.has(type);
}

/** Compared by bytes, whatever the database's or the column's own order is; what is computed from it is compared so too. */
export function byBytes(sql: string): string {
  return `((${sql}) COLLATE "pg_catalog"."C")`;
}

/**
 * Fails for every value but null. The error holds nothing of the value, and depends on it, so that no planner computes it
 * before there is one.
 */
export function failure(textSql: string, type: TypeName): string {
  return `pg_catalog."left"(${textSql}, 0)::pg_catalog.int4::pg_catalog.text::${typeThere(type)}`;
}
