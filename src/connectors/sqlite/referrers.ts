import type { SqliteFile } from '../../host/index.ts';
import type { ForeignKey } from '../../model/index.ts';
import { catalogReferences, catalogTables } from './read-catalog.ts';

/** A reference from another relation, or from itself, to this one. */
export interface Referrer extends Pick<ForeignKey, 'fields' | 'references'> {
  readonly from: string;
}

export function referrers(file: SqliteFile, relation: string): Referrer[] {
  return catalogTables(file)
    .filter(({ type }) => type === 'table')
    .flatMap(({ name }) =>
      catalogReferences(file, name)
        .filter((reference) => reference.relation.toLowerCase() === relation.toLowerCase())
        .map(({ fields, toFields }) => ({
          from: name,
          fields,
          references: { relation, fields: toFields ?? primaryKey(file, relation) },
        })),
    );
}

function primaryKey(file: SqliteFile, relation: string): string[] {
  const sql = 'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk';
  return file
    .statement(sql)
    .all(relation)
    .map(([name]) => String(name));
}
