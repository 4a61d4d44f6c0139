import type { SchemaObject } from '../../model/index.ts';
import type { Session } from './sessions.ts';
import { quoteName } from './sql.ts';

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
  for (const [name] of await session.rows(sequencesQuery)) {
    const [row] = await session.rows(`SHOW CREATE SEQUENCE ${quoteName(String(name))}`);
    objects.push({ kind: 'sequence', name: String(name), relation: null, definition: row?.[1] ?? null });
  }
  return objects;
}

/** MariaDB's; the table it also is holds no records. */
const sequencesQuery = `SELECT TABLE_NAME FROM information_schema.TABLES
  WHERE ${inDatabase('TABLE_SCHEMA')} AND TABLE_TYPE = 'SEQUENCE'`;

/** Each gives name, relation, definition; a definition the user may not see is null. */
const queries: Readonly<Partial<Record<SchemaObject['kind'], string>>> = {
  view: `SELECT TABLE_NAME, TABLE_NAME, nullif(VIEW_DEFINITION, '') FROM information_schema.VIEWS
    WHERE ${inDatabase('TABLE_SCHEMA')}`,
  trigger: `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, concat(ACTION_TIMING, ' ', EVENT_MANIPULATION, ' ', ACTION_STATEMENT)
    FROM information_schema.TRIGGERS WHERE ${inDatabase('TRIGGER_SCHEMA')}`,
  function: `SELECT concat(ROUTINE_NAME, '()'), NULL, concat(ROUTINE_TYPE, ' ', ROUTINE_DEFINITION)
    FROM information_schema.ROUTINES WHERE ${inDatabase('ROUTINE_SCHEMA')} AND ROUTINE_TYPE = 'FUNCTION'`,
  // MariaDB has packages besides, each with a body of its own.
  procedure: `SELECT concat(ROUTINE_NAME, if(ROUTINE_TYPE = 'PACKAGE BODY', ' body', ''), '()'), NULL,
      concat(ROUTINE_TYPE, ' ', ROUTINE_DEFINITION)
    FROM information_schema.ROUTINES WHERE ${inDatabase('ROUTINE_SCHEMA')} AND ROUTINE_TYPE <> 'FUNCTION'`,
  event: `SELECT EVENT_NAME, NULL, concat_ws(' ', EVENT_TYPE, EXECUTE_AT, concat('EVERY ', INTERVAL_VALUE, ' ', INTERVAL_FIELD),
      STATUS, 'DO', EVENT_DEFINITION)
    FROM information_schema.EVENTS WHERE ${inDatabase('EVENT_SCHEMA')}`,
  'update-rule': `SELECT COLUMN_NAME, TABLE_NAME, regexp_substr(EXTRA, 'on update.*')
    FROM information_schema.COLUMNS WHERE ${inDatabase('TABLE_SCHEMA')} AND EXTRA LIKE '%on update%'`,
  invisibility: `SELECT COLUMN_NAME, TABLE_NAME, 'INVISIBLE'
    FROM information_schema.COLUMNS WHERE ${inDatabase('TABLE_SCHEMA')} AND EXTRA LIKE '%INVISIBLE%'`,
  versioning: `SELECT TABLE_NAME, TABLE_NAME, 'WITH SYSTEM VERSIONING'
    FROM information_schema.TABLES WHERE ${inDatabase('TABLE_SCHEMA')} AND TABLE_TYPE = 'SYSTEM VERSIONED'`,
  partition: `SELECT coalesce(concat(PARTITION_NAME, ifnull(concat('.', SUBPARTITION_NAME), '')), TABLE_NAME), TABLE_NAME,
      concat_ws(' ', PARTITION_METHOD, concat('(', PARTITION_EXPRESSION, ')'), PARTITION_DESCRIPTION)
    FROM information_schema.PARTITIONS WHERE ${inDatabase('TABLE_SCHEMA')} AND PARTITION_METHOD IS NOT NULL`,
};
