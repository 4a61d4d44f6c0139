import type { Check, Field, Index, Key, Relation, Schema, SchemaObject } from '../../model/index.ts';
import {
  type CreateText,
  checksOf,
  indexesOf,
  readCreateText,
  withoutNextNumber,
  writeCreateText,
} from './create-text.ts';
import type { Promise01 } from './field-types.ts';
import { readFields } from './inspect-fields.ts';
import { type Keys, readKeys } from './inspect-keys.ts';
import { inDatabase, readObjects } from './inspect-objects.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteName } from './sql.ts';

/**
 * Everything a database holds. Invariants: 1. sorted by name in the order of UTF-16 units, so that the same system gives the
 * same bytes whatever its collation. 2. godwit's own tables, whose names begin with `_godwit_`, are left out.
 */
export async function inspectDatabase(sessions: Sessions, dates: 'checked' | 'text'): Promise<Schema> {
  return sessions.lend(async (session) => {
    const [row] = await session.rows('SELECT database(), version()');
    const relations = await readRelations(session, dates);
    const objects = await readObjects(session);
    return {
      formatVersion: 1,
      kind: 'mysql',
      version: row?.[1] ?? '',
      namespace: row?.[0] ?? null,
      relations: relations.toSorted((a, b) => order(a.name, b.name)),
      objects: objects.toSorted(byKindAndName),
    };
  });
}

interface TableRow {
  readonly name: string;
  readonly isView: boolean;
  readonly partitioned: boolean;
  readonly comment: string | null;
  readonly rowsEstimate: number | null;
  readonly bytes: number | null;
}

async function readRelations(session: Session, dates: 'checked' | 'text'): Promise<Relation[]> {
  const tables = (await session.rows(tablesQuery)).map(
    ([name, type, options, comment, rows, bytes]): TableRow => ({
      name: String(name),
      isView: type === 'VIEW',
      partitioned: /\bpartitioned\b/.test(options ?? ''),
      comment: comment === '' || type === 'VIEW' ? null : (comment ?? null),
      rowsEstimate: rows === null ? null : Number(rows),
      bytes: bytes === null ? null : Number(bytes),
    }),
  );
  const texts = await createTexts(session, tables);
  const kept = new Map([...texts].map(([name, text]) => [name, promisesOf(text)]));
  const fields = await readFields(session, (table, field) => kept.get(table)?.get(field) ?? null, dates);
  const keys = await readKeys(session);
  return tables.map((table) =>
    relationOf(table, fields.get(table.name) ?? [], keys(table.name), texts.get(table.name)),
  );
}

const tablesQuery = `
  SELECT TABLE_NAME, TABLE_TYPE, CREATE_OPTIONS, TABLE_COMMENT, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH
  FROM information_schema.TABLES
  WHERE ${inDatabase('TABLE_SCHEMA')} AND TABLE_TYPE <> 'SEQUENCE' AND TABLE_NAME NOT LIKE '\\_godwit\\_%'`;

async function createTexts(
  session: Session,
  tables: readonly TableRow[],
): Promise<ReadonlyMap<string, CreateText>> {
  const texts = new Map<string, CreateText>();
  for (const { name, isView } of tables) {
    if (isView) continue;
    const [row] = await session.rows(`SHOW CREATE TABLE ${quoteName(name)}`);
    texts.set(name, withoutNextNumber(readCreateText(row?.[1] ?? '')));
  }
  return texts;
}

/** What a check makes certain of a field: that it holds 0 and 1 only, or JSON. */
function promisesOf(text: CreateText): ReadonlyMap<string, Promise01> {
  const found = new Map<string, Promise01>();
  for (const { definition } of checksOf(text)) {
    const flag = /^CHECK \(+`((?:[^`]|``)*)` in \(0,1\)\)+$/.exec(definition)?.[1];
    const json = /^CHECK \(+json_valid\(`((?:[^`]|``)*)`\)\)+$/.exec(definition)?.[1];
    if (flag !== undefined) found.set(flag.replaceAll('``', '`'), 'flag');
    if (json !== undefined) found.set(json.replaceAll('``', '`'), 'json');
  }
  return found;
}

function relationOf(
  table: TableRow,
  own: readonly Field[],
  { primaryKey, uniques, foreignKeys }: Keys,
  text: CreateText | undefined,
): Relation {
  const identity = identityOf(own, primaryKey, uniques);
  return {
    name: table.name,
    kind: table.isView ? 'view' : table.partitioned ? 'partitioned-table' : 'table',
    fields: [...own, ...identity.filter((name) => name === '#row').map(rowNumber)],
    primaryKey,
    uniques,
    foreignKeys,
    indexes: indexes(text, uniques),
    checks: text === undefined ? [] : checksOf(text).map((check): Check => check),
    comment: table.comment,
    ...(text === undefined ? {} : { definition: writeCreateText(text) }),
    rowsEstimate: table.rowsEstimate,
    bytes: table.bytes,
    identity,
  };
}

function indexes(text: CreateText | undefined, uniques: readonly Key[]): Index[] {
  if (text === undefined) return [];
  const unique = new Set(uniques.map(({ name }) => name));
  return [...indexesOf(text)]
    .map(([name, definition]) => ({
      name,
      unique: unique.has(name) || definition.startsWith('UNIQUE'),
      definition,
    }))
    .toSorted((a, b) => order(a.name, b.name));
}

/** See `Relation.identity`. There is no place in storage that could be asked for: without a key records are numbered. */
function identityOf(
  fields: readonly Field[],
  primaryKey: Key | null,
  uniques: readonly Key[],
): readonly string[] {
  if (primaryKey) return primaryKey.fields;
  const required = new Set(fields.filter(({ nullable }) => !nullable).map(({ name }) => name));
  return uniques.find((key) => key.fields.every((name) => required.has(name)))?.fields ?? ['#row'];
}

function rowNumber(name: string): Field {
  return {
    name,
    type: { kind: 'integer', bits: 64, signed: true },
    native: 'bigint',
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
