import type { CompiledTransform, Scope } from '../expressions/index.ts';
import {
  type Finding,
  findRelation,
  type Mapping,
  nearestName,
  type ObjectMapping,
  type Relation,
  type Schema,
} from '../model/index.ts';
import { checkAccounted } from './check-accounted.ts';
import { checkCarried } from './check-carried.ts';
import { checkCreatedNames } from './check-created-names.ts';
import { checkCreatedSize } from './check-created-size.ts';
import { type CheckedField, checkFields, type FieldsScope } from './check-fields.ts';
import { checkReferences } from './check-references.ts';
import { checkTarget } from './check-target.ts';
import type { CheckedObject } from './checked-object.ts';
import { lookupScope } from './lookup-scope.ts';
import { mappingFinding, meant } from './mapping-finding.ts';
import { type ObjectDependency, objectDependencies } from './object-dependencies.ts';
import { type CreatedType, relationToCreate } from './relation-to-create.ts';
import { withReferences } from './with-references.ts';

/**
 * A mapping held against both systems' structure, before any record is looked at.
 *
 * Invariants: 1. an object is in `transforms` when nothing blocks its compilation, else a blocking finding says why.
 * 2. every field of every source relation is read, left behind with a reason, or in a blocking finding. 3. every required
 * field of a mapped target is fed, or in a blocking finding. 4. findings come in the order of the objects.
 *
 * @param createdType the type a field has in a relation that the target is to create; without it, the field's own
 */
export function checkMapping(
  mapping: Mapping,
  source: Schema,
  target: Schema,
  createdType: CreatedType = (type) => type,
): MappingCheck {
  const scope = { ...lookupScope(mapping, source, target), mapping, source, target, createdType };
  const checked = withReferences(
    mapping.objects.map((object) => checkObject(object, source, target, scope)),
    target,
  );
  const targets = new Map(
    checked.flatMap(({ object, relations }) => (relations ? [[object.name, relations.target]] : [])),
  );
  const objects = new Map(checked.flatMap((one) => (one.relations ? [[one.object.name, one]] : [])));
  return {
    findings: [
      ...duplicateNames(mapping),
      ...checked.flatMap(({ findings }) => findings),
      ...checked.flatMap(({ object, relations, fields }) =>
        relations ? checkReferences(object, relations.target, fields, mapping, targets) : [],
      ),
      ...sharedTargets(mapping),
      ...checkCarried(checked),
      ...checkCreatedNames(checked, target),
      ...checkCreatedSize(checked, target),
      ...checkAccounted(
        mapping,
        source,
        new Map(Array.from(objects, ([name, one]) => [name, comesAlong(one)])),
      ),
    ],
    dependencies: checked.flatMap(({ object, relations, fields, purges }) =>
      relations ? objectDependencies(object, relations.target, { fields, purges }, mapping) : [],
    ),
    lookups: scope.lookups,
    transforms: new Map(
      checked.flatMap(({ object, transform }) => (transform ? [[object.name, transform]] : [])),
    ),
    targets,
    fields: checked.flatMap(({ fields }) => fields),
    carried: new Set(checked.flatMap(({ object, creation }) => (creation?.carried ? [object.target] : []))),
    asTheyAre: new Set(checked.flatMap(({ object, creation }) => (creation?.asItIs ? [object.target] : []))),
    proven: new Set(checked.flatMap(provenNames)),
  };
}

function provenNames({ creation, relations }: CheckedObject): readonly string[] {
  if (!creation?.carried || !relations) return [];
  const { target } = relations;
  const { source } = creation;
  const held = [source.primaryKey, ...source.uniques].flatMap((key) => key?.name ?? []);
  const own = [target.primaryKey, ...target.uniques].flatMap((key) =>
    // A primary key of the mapping's own choice is nobody's promise.
    key && held.includes(key.name) && key !== creation.chosenKey ? [key.name] : [],
  );
  const references = target.foreignKeys.filter(({ unproven }) => unproven !== true);
  const indexes = target.indexes.filter(({ unproven, name }) => unproven !== true && !held.includes(name));
  return [...own, ...[...references, ...indexes].map(({ name }) => name)].map(
    (name) => `${target.name}\n${name}`,
  );
}

/** Computed fields that the created relation computes itself are carried over as well as those that are read. */
function comesAlong({ reads, creation, relations }: CheckedObject): ReadonlySet<string> {
  if (!creation?.carried || !relations) return reads;
  const computed = relations.target.fields.filter(({ generated }) => generated === 'computed');
  return new Set([...reads, ...computed.map(({ name }) => name)]);
}

export interface MappingCheck {
  readonly findings: readonly Finding[];
  readonly dependencies: readonly ObjectDependency[];
  readonly lookups: Scope['lookups'];
  /** By object, over the fields it looks at (`lookedAt`); only objects that compile whole. */
  readonly transforms: ReadonlyMap<string, CompiledTransform>;
  /** By object: the relation it writes, as it is or as it would be created. */
  readonly targets: ReadonlyMap<string, Relation>;
  /** How each value becomes one of its target field. */
  readonly fields: readonly CheckedField[];
  /** The relations to be created that take over the structure of their source. */
  readonly carried: ReadonlySet<string>;
  /** Those of them that keep the names of relation and fields. */
  readonly asTheyAre: ReadonlySet<string>;
  /** Their keys, indexes and foreign keys that the source holds for the same records: relation and name, a line each. */
  readonly proven: ReadonlySet<string>;
}

function checkObject(
  object: ObjectMapping,
  source: Schema,
  target: Schema,
  scope: FieldsScope,
): CheckedObject {
  const from = findRelation(source, object.source);
  const to = findRelation(target, object.target);
  const none = {
    object,
    relations: null,
    fields: [],
    reads: new Set<string>(),
    purges: [],
    transform: null,
    creation: null,
  };
  const missing: Finding[] = [];
  if (!from) missing.push(unknownRelation(object, 'source', source));
  if (!to && !object.create) missing.push(unknownRelation(object, 'target', target));
  if (!from || missing.length > 0) return { ...none, findings: missing };
  const fields = checkFields(object, from, to ?? null, scope);
  if (fields.broken) return { ...none, findings: fields.findings };
  const creation = to ? null : relationToCreate(object, from, scope);
  const relations = { source: from, target: to ?? creation?.relation ?? from };
  return {
    object,
    creation,
    relations,
    findings: [
      ...fields.findings,
      ...checkTarget(object, relations.target, target.kind, filledBefore(object, scope.mapping)),
    ],
    fields: fields.fields,
    reads: fields.reads,
    purges: fields.purges,
    transform: fields.transform,
  };
}

/** What other objects fill of the records an upsert names by the same key: `orderObjects` lets those come first. */
function filledBefore(object: ObjectMapping, { objects }: Mapping): ReadonlySet<string> {
  if (object.mode !== 'upsert') return new Set();
  const key = JSON.stringify(object.key);
  const before = objects.filter(
    (other) => other !== object && other.target === object.target && JSON.stringify(other.key) === key,
  );
  return new Set(before.flatMap(({ fields }) => fields.map(({ field }) => field)));
}

function unknownRelation(object: ObjectMapping, system: 'source' | 'target', schema: Schema): Finding {
  const relation = object[system];
  const nearest = nearestName(
    relation,
    schema.relations.map(({ name }) => name),
  );
  const create = system === 'target' ? ' Or set `create: true` to have it created.' : '';
  return mappingFinding(object, {
    code: system === 'source' ? 'mapping.unknown-source-relation' : 'mapping.unknown-target-relation',
    title: `The ${system} has no relation ${relation}`,
    detail: `${object.name} names ${relation}.${meant(nearest)}`,
    fix: `Correct \`${system}\`, or inspect the system again with \`godwit inspect\`.${create}`,
    where: { system, relation },
  });
}

function duplicateNames(mapping: Mapping): readonly Finding[] {
  const repeated = mapping.objects.filter(
    ({ name }, at) => mapping.objects.findIndex((one) => one.name === name) < at,
  );
  return repeated.map((object) =>
    mappingFinding(object, {
      code: 'mapping.duplicate-object',
      title: `Two objects are called ${object.name}`,
      detail: `${object.source} -> ${object.target} is the second one`,
      fix: 'Rename one of the two files.',
    }),
  );
}

/** Several objects may feed one relation; with upsert the later one changes records of the earlier one. */
function sharedTargets(mapping: Mapping): readonly Finding[] {
  return mapping.objects.flatMap((object) => {
    const others = mapping.objects.filter(
      ({ name, target }) => target === object.target && name !== object.name,
    );
    if (object.mode !== 'upsert' || others.length === 0) return [];
    return mappingFinding(object, {
      code: 'mapping.shared-target',
      severity: 'warn',
      title: `${object.name} may change what another object writes`,
      detail: `${others.map(({ name }) => name).join(', ')} also write ${object.target}, and ${object.name} upserts`,
      fix: 'Make sure that the keys of the two never meet, or that the later value is meant to stay.',
      where: { system: 'target', relation: object.target },
    });
  });
}
