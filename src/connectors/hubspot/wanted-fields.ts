import type { Relation, Row } from '../../model/index.ts';

/** What a reader is asked for of rows that it gets whole. */
export interface WantedFields {
  /** In the order of the relation. */
  readonly names: readonly string[];
  of(row: Row): Row;
}

/** A relation may be read without some of its fields: a batch has those that are asked for, and no others. */
export function wantedFields({ fields }: Relation, all: readonly string[]): WantedFields {
  const names = fields.flatMap(({ name }) => (all.includes(name) ? [name] : []));
  const places = names.map((name) => all.indexOf(name));
  return { names, of: (row) => places.map((at) => row[at] ?? null) };
}
