import { type ForeignKey, findField, isRequired, type ObjectMapping, type Relation } from '../model/index.ts';

/** One object needs the records of another (or its own) in the target first, because of one of its fields. */
export interface ObjectDependency {
  readonly object: string;
  readonly field: string;
  readonly on: string;
  /** The field may stay empty at first and be set in a second pass. */
  readonly nullable: boolean;
  /** Those by foreign key are worked out here, from the relations; a key of several fields needs only one of them empty. */
  readonly via?: 'lookup' | 'foreign-key';
}

/** The same, with the fields that can wait: empty when none can, and then the other object has to come first. */
export interface Need {
  readonly object: string;
  readonly on: string;
  readonly canWait: readonly string[];
  /** For messages: `employees.manager_id`. */
  readonly because: string;
}

/**
 * All needs of the mapped objects: by lookup as given, by foreign keys of the target over fields that are mapped, and of an object
 * that upserts into what others fill: what it changes has to be there, and so has what it leaves to another upsert to give.
 */
export function findNeeds(
  objects: readonly ObjectMapping[],
  relations: readonly Relation[],
  dependencies: readonly ObjectDependency[],
): readonly Need[] {
  const byLookup = dependencies
    .filter(({ via }) => via !== 'foreign-key')
    .map(({ object, field, on, nullable }) => ({
      object,
      on,
      canWait: nullable ? [field] : [],
      because: `${object}.${field}`,
    }));
  return [
    ...byLookup,
    ...objects.flatMap((object) => needsByForeignKey(object, objects, relations)),
    ...objects.flatMap((object) => needsByUpsert(object, objects, relations)),
  ];
}

function needsByUpsert(
  object: ObjectMapping,
  objects: readonly ObjectMapping[],
  relations: readonly Relation[],
): readonly Need[] {
  if (object.mode !== 'upsert') return [];
  const required = (relations.find(({ name }) => name === object.target)?.fields ?? []).filter(isRequired);
  const feeds = (one: ObjectMapping, name: string): boolean => one.fields.some(({ field }) => field === name);
  const left = required.filter(({ name }) => !feeds(object, name));
  return objects
    .filter((other) => other !== object && other.target === object.target)
    .filter((other) => other.mode !== 'upsert' || left.some(({ name }) => feeds(other, name)))
    .map(({ name }) => ({
      object: object.name,
      on: name,
      canWait: [],
      because: `${object.name} (mode: upsert)`,
    }));
}

function needsByForeignKey(
  object: ObjectMapping,
  objects: readonly ObjectMapping[],
  relations: readonly Relation[],
): readonly Need[] {
  const relation = relations.find(({ name }) => name === object.target);
  if (relation === undefined) return [];
  const mapped = new Set(object.fields.map(({ field }) => field));
  return relation.foreignKeys
    .filter(({ fields }) => fields.every((field) => mapped.has(field)))
    .flatMap((key) => needsOfKey(object, relation, key, objects));
}

function needsOfKey(
  object: ObjectMapping,
  relation: Relation,
  key: ForeignKey,
  objects: readonly ObjectMapping[],
): readonly Need[] {
  // A field that names the record must be there from the start: the second pass finds the record by it.
  const naming = new Set([...object.key, ...relation.identity]);
  const canWait = key.fields.filter(
    (field) => !naming.has(field) && (findField(relation, field)?.nullable ?? false),
  );
  return objects
    .filter(({ target }) => target === key.references.relation)
    .map(({ name }) => ({
      object: object.name,
      on: name,
      canWait,
      because: `${object.name}.${key.fields.join('+')}`,
    }));
}
