import type { Scope } from '../expressions/index.ts';
import type { FieldType, ForeignKey, Key, Mapping, ObjectMapping, Relation, Schema } from '../model/index.ts';
import { carriedStructure, carriesStructure, copiedNames, type LeftOut } from './carried-structure.ts';
import type { KnownTo } from './newer-structure.ts';
import { neverTaken, plainlyLeft } from './plainly-left.ts';
import { plannedTarget } from './planned-target.ts';
import { ownStructure, type StructureInMysql, structureInMysql } from './structure-in-mysql.ts';
import { translatedStructure } from './translated-structure.ts';

/** The type as which the target holds a field of that type, once it has created it. */
export type CreatedType = (type: FieldType) => FieldType;

/** A relation the target does not have yet. */
export interface RelationToCreate {
  /** In the types of the source, without references. */
  readonly relation: Relation;
  /** The same as it will be found: not every system has every type, so its fields take what theirs hold. */
  readonly found: Relation;
  /** It takes over the structure of its source. */
  readonly carried: boolean;
  /** The source as the target would say it, where another kind of system says it otherwise; else as it is. */
  readonly source: Relation;
  readonly left: readonly LeftOut[];
  /** Its primary key, where it is the mapping's choice and not that of the source. */
  readonly chosenKey: Key | null;
  /** Relation and fields keep their names, and so does whatever else speaks of them. */
  readonly asItIs: boolean;
}

export interface CreationScope {
  readonly lookups: Scope['lookups'];
  readonly mapping: Mapping;
  readonly source: Schema;
  readonly target: Schema;
  readonly createdType: CreatedType;
}

export function relationToCreate(
  object: ObjectMapping,
  from: Relation,
  { lookups, mapping, source, target, createdType }: CreationScope,
): RelationToCreate {
  const planned = plannedTarget(object, from, lookups);
  const structure = carriesStructure(object, mapping.objects, source, target)
    ? structureOf(object, from, planned, { source, target, createdType })
    : null;
  if (structure === null) return plainRelation(from, planned, target, createdType);
  const { relation, left, chosenKey, asItIs } = structure;
  const fields = relation.fields.map((field) =>
    field.native !== '' ? field : { ...field, type: createdType(field.type) },
  );
  const same = source.kind === target.kind;
  return {
    relation,
    found: { ...relation, fields },
    carried: true,
    source: structure.source,
    left: same ? left : left.map((one) => ({ ...one, known: true })),
    chosenKey,
    asItIs: asItIs && same,
  };
}

/** Fields and a key, and nothing else. */
function plainRelation(
  from: Relation,
  planned: Relation,
  { kind }: Schema,
  createdType: CreatedType,
): RelationToCreate {
  const fields = planned.fields.map((field) => ({ ...field, type: createdType(field.type) }));
  const left = [...plainlyLeft(from, planned, kind), ...neverTaken(from, planned, kind)];
  return {
    relation: planned,
    found: { ...planned, fields },
    carried: false,
    source: from,
    left: left.map((one) => ({ ...one, known: true })),
    chosenKey: planned.primaryKey,
    asItIs: false,
  };
}

/** The structure of the source in the words of the target, with the source in these words; null where it has none for it. */
function structureOf(
  object: ObjectMapping,
  from: Relation,
  planned: Relation,
  { source, target, createdType }: Pick<CreationScope, 'source' | 'target' | 'createdType'>,
): StructureInMysql | null {
  if (target.kind === 'mysql') {
    if (source.kind !== 'mysql') return structureInMysql(object, from, planned, source, createdType);
    const own = ownStructure(object, from);
    return own && { ...own, source: from };
  }
  const words =
    source.kind === target.kind
      ? { relation: from, left: [] }
      : translatedStructure(from, object, planned, copiedNames(object, from));
  const carried = carriedStructure(object, words.relation, planned, target);
  return { ...carried, left: [...words.left, ...carried.left], source: words.relation };
}

export interface CarriedReferences {
  readonly foreignKeys: readonly ForeignKey[];
  readonly left: readonly LeftOut[];
}

/**
 * The references of a source relation among the relations that are created with their structure: the same pairs of fields,
 * where each is copied, towards a key that came along.
 *
 * @param created those relations, by the name of their source
 */
export function carriedReferences(
  object: ObjectMapping,
  from: Relation,
  created: ReadonlyMap<
    string,
    { readonly object: ObjectMapping; readonly from: Relation; readonly to: Relation }
  >,
  known: KnownTo,
  fits: (key: ForeignKey, parent: Relation) => ForeignKey | string = (key) => key,
): CarriedReferences {
  const names = copiedNames(object, from);
  const foreignKeys: ForeignKey[] = [];
  const left: LeftOut[] = [];
  for (const key of from.foreignKeys) {
    const parent = created.get(key.references.relation);
    const own = key.fields.flatMap((field) => names.get(field) ?? []);
    const theirs = parent ? copiedNames(parent.object, parent.from) : new Map<string, string>();
    const fields = key.references.fields.flatMap((field) => theirs.get(field) ?? []);
    const why =
      parent === undefined
        ? `${key.references.relation} is not created with its structure`
        : own.length < key.fields.length || fields.length < key.references.fields.length
          ? 'one of its fields is not copied as it is'
          : !hasKey(parent.to, fields)
            ? `${parent.to.name} has no key over these fields`
            : key.parts && created.get(from.name)?.to.kind !== 'partitioned-table'
              ? 'its partitions do not come along'
              : known.foreignKey(key, created.get(from.name)?.to.kind === 'partitioned-table' && !key.parts);
    const renamed = {
      ...key,
      fields: own,
      references: { relation: parent?.to.name ?? '', fields },
      ...(key.clears ? { clears: key.clears.flatMap((field) => names.get(field) ?? []) } : {}),
    };
    const carried = why ?? (parent ? fits(renamed, parent.to) : '');
    if (typeof carried === 'string') left.push({ kind: 'foreign-key', name: key.name, why: carried });
    else foreignKeys.push(carried);
  }
  return { foreignKeys, left };
}

function hasKey({ primaryKey, uniques }: Relation, fields: readonly string[]): boolean {
  return [primaryKey, ...uniques].some(
    (key) => key?.fields.length === fields.length && key.fields.every((name) => fields.includes(name)),
  );
}
