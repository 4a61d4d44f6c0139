import type { Relation, Slice } from '../../model/index.ts';
import type { Session } from './sessions.ts';
import { literal, qualifiedName, selectFields } from './sql.ts';

/**
 * The records of one slice of a partitioned table without a key, one query for each part they lie in, in the order of parts
 * and places. Only a condition on the place alone is read by place: the server would scan every part for a pair.
 */
export async function partitionQueries(
  session: Session,
  schema: string,
  relation: Relation,
  { after, upTo }: Slice,
): Promise<readonly string[]> {
  const [from, to] = [after, upTo].map(
    (key) => key && { part: BigInt(String(key[0])), place: key[1] ?? null },
  );
  const parts = await session.rows(partsQuery, [schema, relation.name]);
  return parts.flatMap(([oid, partSchema, name, readable]) => {
    const part = BigInt(String(oid));
    if ((from && part < from.part) || (to && part > to.part)) return [];
    // Who may read the whole need not be let read its parts.
    const own = readable === 't';
    const table = own
      ? `ONLY ${qualifiedName(String(partSchema), String(name))}`
      : qualifiedName(schema, relation.name);
    const conditions = [
      ...(own ? [] : [`t.tableoid = ${part}`]),
      ...(from?.part === part ? [`t.ctid > ${literal(from.place)}`] : []),
      ...(to?.part === part ? [`t.ctid <= ${literal(to.place)}`] : []),
    ];
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    return `${selectFields(relation)} FROM ${table} AS t${where} ORDER BY t.ctid`;
  });
}

const partsQuery = `
  SELECT l.oid, ln.nspname, l.relname,
    pg_catalog.has_table_privilege(l.oid, 'SELECT') AND pg_catalog.has_schema_privilege(l.relnamespace, 'USAGE')
      AND NOT pg_catalog.row_security_active(l.oid)
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) AS tree
    JOIN pg_catalog.pg_class AS l ON l.oid = tree.relid
    JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND tree.isleaf ORDER BY l.oid`;
