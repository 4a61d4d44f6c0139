import type { ForeignKey } from '../model/index.ts';

/** The two sides of a reference as a system's SQL reads them. */
export interface ReferenceSides {
  /** The relation that refers, under the alias `t`. */
  readonly child: string;
  /** The one it refers to, under the alias `p`. */
  readonly parent: string;
  readonly quote: (name: string) => string;
}

/** What `Snapshot.countReferences` tells; decimal digits. */
export interface ReferenceCount {
  /** Records that refer to something: with NULL in it a reference says nothing. */
  readonly rows: string;
  readonly unresolved: string;
}

/** One row of two numbers, as in `ReferenceCount`. What is referred to need not be unique. */
export function referencesQuery(
  { fields, references }: ForeignKey,
  { child, parent, quote }: ReferenceSides,
  isFound: string = equalFields(fields, references.fields, quote),
): string {
  const refers = fields.map((name) => `t.${quote(name)} IS NOT NULL`).join(' AND ');
  const referring = `SELECT count(*) FROM ${child} WHERE ${refers}`;
  return `SELECT (${referring}), (${referring} AND NOT EXISTS (SELECT 1 FROM ${parent} WHERE ${isFound}))`;
}

/** The field that is referred to stands first: where the two compare differently, its rules hold. */
export function equalFields(
  fields: readonly string[],
  referred: readonly string[],
  quote: (name: string) => string,
): string {
  return fields.map((name, at) => `p.${quote(referred[at] ?? '')} = t.${quote(name)}`).join(' AND ');
}
