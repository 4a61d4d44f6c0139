import type { Relation, Slice } from '../../model/index.ts';
import type { BulkFormat, BulkLoad } from '../port.ts';
import { boundsSql } from './read.ts';
import type { Session } from './sessions.ts';
import { fieldSql, fromRelation } from './sql.ts';

/** Only unsorted and unparsed: the target's COPY takes these bytes as they are. */
export function exportSlice(
  session: Session,
  schema: string,
  relation: Relation,
  slice: Slice,
  load: BulkLoad,
): AsyncIterable<Buffer> {
  const values = load.fields.map(({ source, exportAs }) => {
    const sql = fieldSql(source.name, source.synthetic);
    return exportAs === null ? sql : `${sql}::${exportAs}`;
  });
  const query = `SELECT ${values.join(', ')} FROM ${fromRelation(schema, relation)}${boundsSql(relation, slice)}`;
  return session.copyOut(`COPY (${query}) TO STDOUT (FORMAT ${copyFormat(load.format)})`);
}

export function copyFormat(format: BulkFormat): string {
  return format === 'postgres-binary' ? 'binary' : 'text';
}
