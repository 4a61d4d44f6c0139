import type { Field, Key, Relation, Schema, SchemaObject } from '../../model/index.ts';
import { readConstraints } from './inspect-constraints.ts';
import { readFields } from './inspect-fields.ts';
import { readObjects } from './inspect-objects.ts';
import { type Session, type Sessions, searchPath } from './sessions.ts';
import { syntheticFields } from './sql.ts';

/**
 * Everything a schema holds, in one consistent look. Invariants: 1. sorted by name in the order of UTF-16 units, so that the
 * same system gives the same bytes whatever its collation. 2. partitions are not relations: their records are the parent's.
 */
export async function inspectSchema(sessions: Sessions, schema: string): Promise<Schema> {
  return sessions.transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (session) => {
    // How names are spelled must not depend on the role's own search path.
    await session.rows(`SELECT ${searchPath(schema, 'none')}`);
    const version = await session.rows(`SELECT pg_catalog.current_setting('server_version')`);
    const relations = await readRelations(session, schema);
    const objects = await readObjects(session, schema);
    return {
      formatVersion: 1,
      kind: 'postgres',
      version: version[0]?.[0] ?? '',
      namespace: schema,
      relations,
      objects: objects.toSorted(byKindAndName),
    };
  });
}

async function readRelations(session: Session, schema: string): Promise<Relation[]> {
  const [fields, constraints] = [await readFields(session, schema), await readConstraints(session, schema)];
  const rows = await session.rows(relationsQuery, [schema]);
  const relations = rows.map(([oid, name, relkind, comment, estimate, bytes]): Relation => {
    const own = fields.get(String(oid)) ?? [];
    const { primaryKey, uniques, foreignKeys, indexes, checks } = constraints(String(oid));
    const identity = identityOf(own, primaryKey, uniques, String(relkind));
    return {
      name: String(name),
      kind: kinds[String(relkind)] ?? 'view',
      fields: [...own, ...identity.filter((field) => field.startsWith('#')).map(syntheticField)],
      primaryKey,
      uniques,
      foreignKeys,
      indexes,
      checks,
      comment: comment ?? null,
      rowsEstimate: estimate === null ? null : Number(estimate),
      bytes: bytes === null ? null : Number(bytes),
      identity,
    };
  });
  return relations.toSorted((a, b) => order(a.name, b.name));
}

const kinds: Readonly<Record<string, Relation['kind']>> = {
  r: 'table',
  f: 'table',
  p: 'partitioned-table',
  v: 'view',
  m: 'view',
};

// A partitioned table's own counters are empty: its leaves are added up.
const relationsQuery = `
  SELECT c.oid, c.relname, c.relkind, pg_catalog.obj_description(c.oid, 'pg_class'),
    CASE c.relkind WHEN 'v' THEN NULL WHEN 'p' THEN (
        SELECT CASE WHEN count(*) FILTER (WHERE l.reltuples < 0) = 0 THEN coalesce(sum(l.reltuples), 0) END
        FROM pg_catalog.pg_partition_tree(c.oid) AS tree JOIN pg_catalog.pg_class AS l ON l.oid = tree.relid
        WHERE tree.isleaf)
      ELSE nullif(c.reltuples, -1) END::bigint,
    CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_total_relation_size(c.oid)
      WHEN c.relkind = 'p' THEN (SELECT coalesce(sum(pg_catalog.pg_total_relation_size(relid)), 0)
        FROM pg_catalog.pg_partition_tree(c.oid)) END::bigint
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition`;

/** See `Relation.identity`; without a key the place in storage where there is one, else a number over the sorted records. */
function identityOf(
  fields: readonly Field[],
  primaryKey: Key | null,
  uniques: readonly Key[],
  relkind: string,
): readonly string[] {
  if (primaryKey) return primaryKey.fields;
  const required = new Set(fields.filter(({ nullable }) => !nullable).map(({ name }) => name));
  const sure = uniques.find((key) => key.fields.every((name) => required.has(name)));
  if (sure) return sure.fields;
  if (relkind === 'r' || relkind === 'm') return ['#ctid'];
  return relkind === 'p' ? ['#tableoid', '#ctid'] : ['#row'];
}

function syntheticField(name: string): Field {
  const { type } = syntheticFields[name] ?? { type: { kind: 'any' } as const };
  return {
    name,
    type,
    native: { '#ctid': 'tid', '#tableoid': 'oid' }[name] ?? 'bigint',
    nullable: false,
    default: null,
    generated: 'computed',
    synthetic: true,
    comment: null,
  };
}

function byKindAndName(a: SchemaObject, b: SchemaObject): number {
  return (
    order(a.kind, b.kind) ||
    order(a.name, b.name) ||
    order(a.relation ?? '', b.relation ?? '') ||
    order(a.definition ?? '', b.definition ?? '')
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
