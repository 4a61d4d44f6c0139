import type { SchemaObject } from '../../model/index.ts';
import type { Session } from './sessions.ts';

/** The catalog compares names without regard to case; on most servers databases that differ in it are two. */
export function inDatabase(column: string): string {
  return `${column} = database() AND CAST(${column} AS BINARY) = CAST(database() AS BINARY)`;
}

/** What a database holds besides relations: every text that does something. */
export async function readObjects(session: Session): Promise<SchemaObject[]> {
  const objects: SchemaObject[] = [];
  for (const [kind, query] of Object.entries(queries) as [SchemaObject['kind'], string][])
    for (const [name, relation, definition] of await session.rows(query))
      objects.push({ kind, name: String(name), relation: relation ?? null, definition: definition ?? null });
  return objects;
}

/** Each gives name, relation, definition; a definition the user may not see is null. */
const queries: Readonly<Partial<Record<SchemaObject['kind'], string>>> = {
  view: `SELECT TABLE_NAME, TABLE_NAME, nullif(VIEW_DEFINITION, '') FROM information_schema.VIEWS
    WHERE ${inDatabase('TABLE_SCHEMA')}`,
  trigger: `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, concat(ACTION_TIMING, ' ', EVENT_MANIPULATION, ' ', ACTION_STATEMENT)
    FROM information_schema.TRIGGERS WHERE ${inDatabase('TRIGGER_SCHEMA')}`,
  function: `SELECT concat(ROUTINE_NAME, '()'), NULL, concat(ROUTINE_TYPE, ' ', ROUTINE_DEFINITION)
    FROM information_schema.ROUTINES WHERE ${inDatabase('ROUTINE_SCHEMA')}`,
  event: `SELECT EVENT_NAME, NULL, concat_ws(' ', EVENT_TYPE, EXECUTE_AT, concat('EVERY ', INTERVAL_VALUE, ' ', INTERVAL_FIELD),
      STATUS, 'DO', EVENT_DEFINITION)
    FROM information_schema.EVENTS WHERE ${inDatabase('EVENT_SCHEMA')}`,
  sequence: `SELECT TABLE_NAME, NULL, NULL FROM information_schema.TABLES
    WHERE ${inDatabase('TABLE_SCHEMA')} AND TABLE_TYPE = 'SEQUENCE'`,
  partition: `SELECT coalesce(concat(PARTITION_NAME, ifnull(concat('.', SUBPARTITION_NAME), '')), TABLE_NAME), TABLE_NAME,
      concat_ws(' ', PARTITION_METHOD, concat('(', PARTITION_EXPRESSION, ')'), PARTITION_DESCRIPTION)
    FROM information_schema.PARTITIONS WHERE ${inDatabase('TABLE_SCHEMA')} AND PARTITION_METHOD IS NOT NULL`,
};
