import { findField, type Relation, type Row, type Slice, type Value } from '../../model/index.ts';
import { copyFields, copyLines } from './copy-text.ts';
import { postgresFault } from './faults.ts';
import type { KeyOrder } from './key-order.ts';
import type { Session } from './sessions.ts';
import { fieldSql, fromRelation } from './sql.ts';
import { decodeValue } from './value-text.ts';

/**
 * Cuts a relation at every n-th key of its sorted records: by counting, never by arithmetic on the key space, so that gaps
 * and skew do not matter. One pass with one sort, or none where an index has the order; only the bounds leave the server.
 *
 * A relation whose records have neither a key nor a place is one slice: their numbers hold for one look at all of them, and
 * each further slice would cost such a look.
 */
export async function* splitRelation(
  session: Session,
  schema: string,
  relation: Relation,
  order: KeyOrder,
  rowsPerSlice: number,
): AsyncGenerator<Slice> {
  const size = Math.max(1, Math.floor(rowsPerSlice));
  if (relation.identity.includes('#row')) {
    yield { number: 0, after: null, upTo: null, rowsEstimate: relation.rowsEstimate ?? size };
    return;
  }
  let number = 0;
  let after: Row | null = null;
  for await (const lines of copyLines(session.copyOut(boundsCopy(schema, relation, order, size))))
    for (const line of lines) {
      const upTo = boundOf(relation, line);
      yield { number, after, upTo, rowsEstimate: size };
      number += 1;
      after = upTo;
    }
  yield { number, after, upTo: null, rowsEstimate: size };
}

function boundsCopy(schema: string, relation: Relation, { fields }: KeyOrder, size: number): string {
  const order = fields.map(({ sql }) => sql).join(', ');
  const values = relation.identity.map(
    (name, at) => `${fieldSql(name, findField(relation, name)?.synthetic ?? false)} AS k${at}`,
  );
  const names = relation.identity.map((_name, at) => `s.k${at}`).join(', ');
  // The last record is never a bound: behind it would follow a slice without records.
  return `COPY (SELECT ${names} FROM (
      SELECT ${values.join(', ')}, row_number() OVER w AS place, lead(true) OVER w AS more
      FROM ${fromRelation(schema, relation)} WINDOW w AS (ORDER BY ${order})) AS s
    WHERE s.more AND s.place % ${size} = 0 ORDER BY s.place) TO STDOUT`;
}

function boundOf(relation: Relation, line: string | Buffer): Row {
  if (typeof line !== 'string')
    throw postgresFault('postgres.bad-bound', 'a key is not valid UTF-8', { relation: relation.name });
  const texts = copyFields(line);
  return relation.identity.map((name, at): Value => {
    const type = findField(relation, name)?.type ?? ({ kind: 'any' } as const);
    return decodeValue(type)(texts[at] ?? '');
  });
}
