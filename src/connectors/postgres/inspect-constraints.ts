import type { Check, ForeignKey, Index, Key } from '../../model/index.ts';
import type { Session, TextRow } from './sessions.ts';

export interface Constraints {
  readonly primaryKey: Key | null;
  readonly uniques: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  readonly checks: readonly Check[];
}

/** Keys, references, checks and indexes of every relation in a schema; ask by the relation's oid. */
export async function readConstraints(
  session: Session,
  schema: string,
): Promise<(relation: string) => Constraints> {
  const constraints = groupByRelation(await session.rows(constraintsQuery, [schema]));
  const ofParts = groupByRelation(await session.rows(partReferencesQuery, [schema]));
  const indexes = groupByRelation(await session.rows(indexesQuery, [schema]));
  return (relation) => {
    const own = constraints.get(relation) ?? [];
    const ofKind = (...kinds: readonly string[]): TextRow[] =>
      own.filter(([, , kind]) => kinds.includes(String(kind)));
    const uniques = ofKind('u').map(key);
    const indexRows = indexes.get(relation) ?? [];
    return {
      primaryKey: ofKind('p').map(key)[0] ?? null,
      uniques: [...uniques, ...uniqueIndexes(indexRows)].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      foreignKeys: [
        ...ofKind('f').map((row) => foreignKey(row, schema)),
        ...referencesOfParts(ofParts.get(relation) ?? [], schema),
      ],
      indexes: indexRows.map(([, name, unique, , definition, valid]) => ({
        name: String(name),
        unique: unique === 't',
        definition: String(definition),
        ...(valid === 'f' ? { unproven: true as const } : {}),
      })),
      checks: ofKind('c', 'x', 't', 'n').map(check),
    };
  };
}

/** A unique index over plain columns names records as well as a constraint does. */
function uniqueIndexes(rows: readonly TextRow[]): Key[] {
  return rows
    .filter(([, , , fields]) => fields !== null)
    .map(([, name, , fields]) => ({
      name: String(name),
      fields: names(fields),
      deferrable: false,
      byIndex: true,
    }));
}

function groupByRelation(rows: readonly TextRow[]): ReadonlyMap<string, TextRow[]> {
  return Map.groupBy(rows, ([relation]) => String(relation));
}

function key([, name, , fields, , deferrable, , , , , , , deferred, more]: TextRow): Key {
  return {
    name: String(name),
    fields: names(fields),
    ...deferral(deferrable, deferred),
    ...(moreOf(more).period ? { withoutOverlaps: true } : {}),
  };
}

function check([, name, , , definition, , , , , , , valid, , more]: TextRow): Check {
  const unproven = valid === 'f' && moreOf(more).enforced;
  return { name: String(name), definition: String(definition), ...(unproven ? { unproven } : {}) };
}

/** What only some versions have. */
interface More {
  readonly enforced: boolean;
  readonly period: boolean;
  readonly full: boolean;
  readonly clears: readonly string[] | null;
}

function moreOf(json: string | null | undefined): More {
  return JSON.parse(String(json)) as More;
}

function deferral(
  deferrable: TextRow[number] | undefined,
  deferred: TextRow[number] | undefined,
): Pick<Key, 'deferrable' | 'deferredAtFirst'> {
  return { deferrable: deferrable === 't', ...(deferred === 't' ? { deferredAtFirst: true } : {}) };
}

function foreignKey(row: TextRow, schema: string): ForeignKey {
  const [, name, , fields, , deferrable, refSchema, refName, refFields, onDelete, onUpdate, valid, deferred] =
    row;
  const { enforced, period, full, clears } = moreOf(row[13]);
  return {
    name: String(name),
    fields: names(fields),
    references: {
      // A relation of another schema is outside this system; its name says so.
      relation: refSchema === schema ? String(refName) : `${refSchema}.${refName}`,
      fields: names(refFields),
    },
    onDelete: actions[String(onDelete)] ?? String(onDelete),
    onUpdate: actions[String(onUpdate)] ?? String(onUpdate),
    ...deferral(deferrable, deferred),
    ...(valid === 'f' ? { unproven: true } : {}),
    ...(enforced ? {} : { unenforced: true }),
    ...(full ? { matchFull: true } : {}),
    ...(period ? { period: true } : {}),
    ...(clears === null ? {} : { clears }),
  };
}

/** The same reference of several parts is one of the whole relation, under its first name. */
function referencesOfParts(rows: readonly TextRow[], schema: string): ForeignKey[] {
  const alike = Map.groupBy(rows, ([, , ...what]) => JSON.stringify(what.slice(0, -3)));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const leaves = same.reduce((sum, row) => sum + Number(row.at(-2)), 0);
    const keptBy = same.map((row) => ({ relation: String(row.at(-3)), name: String(row[1]) }));
    return { ...foreignKey(first, schema), parts: { keptBy, everywhere: leaves >= Number(first.at(-1)) } };
  });
}

const actions: Readonly<Record<string, string>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

/** The queries hand names over as JSON, which has one spelling for every character. */
function names(json: string | null | undefined): string[] {
  return JSON.parse(json ?? '[]') as string[];
}

const columnNames = (relation: string, numbers: string): string => `(
    SELECT json_agg(a.attname ORDER BY k.place)
    FROM unnest(${numbers}) WITH ORDINALITY AS k(number, place)
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number)`;

const constraintFields = `r.conname, r.contype, ${columnNames('r.conrelid', 'r.conkey')},
    CASE WHEN r.contype IN ('c', 'x', 't', 'n') THEN pg_catalog.pg_get_constraintdef(r.oid, true) END,
    r.condeferrable, fn.nspname, f.relname, ${columnNames('r.confrelid', 'r.confkey')},
    r.confdeltype, r.confupdtype, r.convalidated, r.condeferred, json_build_object(
      'enforced', coalesce((m.more ->> 'conenforced')::boolean, true),
      'period', coalesce((m.more ->> 'conperiod')::boolean, false),
      'full', r.contype = 'f' AND r.confmatchtype = 'f',
      'clears', CASE WHEN jsonb_typeof(m.more -> 'confdelsetcols') = 'array' THEN ${columnNames(
        'r.conrelid',
        `ARRAY(SELECT s::smallint FROM jsonb_array_elements_text(m.more -> 'confdelsetcols') AS s)`,
      )} END)`;

/** As JSON, because older versions lack some of its columns. */
const whateverVersion = 'CROSS JOIN LATERAL (SELECT to_jsonb(r) AS more) AS m';

/** A field that has to have a value says so itself; only what more there is to it is a piece of its own. */
const saysMore = `(r.contype <> 'n' OR NOT r.convalidated OR r.connoinherit OR r.conname <> (
    SELECT left(c.relname || '_' || a.attname || '_not_null', 63) FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = r.conrelid AND a.attnum = r.conkey[1])
  AND (r.conislocal OR NOT r.convalidated))`;

const constraintsQuery = `
  SELECT r.conrelid, ${constraintFields}
  FROM pg_catalog.pg_constraint AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class AS f ON f.oid = r.confrelid AND r.contype = 'f'
    LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace ${whateverVersion}
  WHERE n.nspname = $1 AND r.contype IN ('p', 'u', 'f', 'c', 'x', 't', 'n') AND r.conparentid = 0 AND ${saysMore}
  ORDER BY r.conrelid, r.conname COLLATE "C"`;

const leavesOf = (relation: string): string =>
  `(SELECT count(*) FROM pg_catalog.pg_partition_tree(${relation}) WHERE isleaf)`;

/** References that are not the partitioned table's own but those of its parts, by the table. */
const partReferencesQuery = `
  SELECT root.oid, ${constraintFields}, c.relname, ${leavesOf('c.oid')}, ${leavesOf('root.oid')}
  FROM pg_catalog.pg_constraint AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.conrelid AND c.relispartition
    JOIN pg_catalog.pg_class AS root ON root.oid = pg_catalog.pg_partition_root(c.oid)
    JOIN pg_catalog.pg_namespace AS n ON n.oid = root.relnamespace
    JOIN pg_catalog.pg_class AS f ON f.oid = r.confrelid
    JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace ${whateverVersion}
  WHERE n.nspname = $1 AND r.contype = 'f' AND r.conparentid = 0
  ORDER BY root.oid, c.relname COLLATE "C", r.conname COLLATE "C"`;

const indexesQuery = `
  SELECT i.indrelid, c.relname, i.indisunique,
    CASE WHEN i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS r WHERE r.conindid = i.indexrelid AND r.contype IN ('p', 'u', 'x'))
      THEN ${columnNames('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} END,
    pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), i.indisvalid
  FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  WHERE n.nspname = $1 AND NOT t.relispartition
  ORDER BY i.indrelid, c.relname COLLATE "C"`;
