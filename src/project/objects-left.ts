import { type Finding, findRelation, type Schema, type SchemaObject } from '../model/index.ts';

/**
 * Views, triggers, functions and whatever else the source holds besides relations, and the target neither has nor gets. Told
 * only when relations are created: a target that is adopted as it is says itself what it holds.
 *
 * @param made those that are created with the relations; null where the two systems do not speak the same language
 */
export function objectsLeft(
  source: Schema,
  target: Schema,
  made: readonly SchemaObject[] | null,
): readonly Finding[] {
  const known = new Set([...target.objects, ...(made ?? [])].map(nameOf));
  const views = new Set(source.relations.flatMap(({ kind, name }) => (kind === 'view' ? [name] : [])));
  return source.objects
    .filter((object) => !known.has(nameOf(object)))
    .filter(({ name, kind }) => !views.has(name) || kind.endsWith('view'))
    .map((object) => left(object, reasonFor(object, target, made === null), made === null ? 'note' : 'warn'));
}

function nameOf({ kind, name, relation }: SchemaObject): string {
  return JSON.stringify([kind, name, relation]);
}

function reasonFor({ kind, name, relation }: SchemaObject, target: Schema, foreign: boolean): string {
  if (relation !== name && findRelation(target, name) !== undefined)
    return 'the target has something else of that name';
  return (foreign ? foreignReasons[kind] : undefined) ?? reasons[kind];
}

/** What another kind of system does not take over is known; what the same kind could have, is a surprise. */
function left(
  { kind, name, relation }: SchemaObject,
  detail: string,
  severity: Finding['severity'],
): Finding {
  const on = relation === null || relation === name ? '' : ` on ${relation}`;
  return {
    code: 'mapping.object-left',
    severity,
    title: `The ${kind.replace('-', ' ')} ${name}${on} does not come along`,
    detail,
    where: { system: 'source', ...(relation === null ? {} : { relation }), field: `${kind} ${name}` },
    records: null,
    examples: [],
    fix: fixes[kind] ?? 'Create it in the target after the run, if the new system needs it.',
    waivable: true,
  };
}

const asTheyAre = 'it comes along only where relation and fields keep their names';
const unmade = 'objects of this kind are not created';
const unused = 'no relation that is created uses it';
const reasons: Readonly<Record<SchemaObject['kind'], string>> = {
  view: 'views hold no records and are not created',
  'materialized-view': 'what it holds is made from other relations; it is not created',
  trigger: 'a trigger would change records while they come in',
  rule: 'a rule would change what is written',
  policy: 'row-level security would hide records from the move',
  event: 'it would begin to work before the move is signed off',
  'update-rule': 'the field is created as one that changes only when somebody changes it',
  versioning: 'the records are moved as they are now; what they were before stays behind',
  invisibility: 'the field is created as one that everybody sees',
  function: unused,
  procedure: unused,
  sequence: unused,
  domain: unused,
  enum: unused,
  composite: unused,
  range: unused,
  partition: 'its relation is created without partitions',
  extension: 'an extension belongs to the database, not to the schema',
  collation: unused,
  statistics: asTheyAre,
  index: asTheyAre,
  constraint: asTheyAre,
  setting: asTheyAre,
  'index-setting': `${asTheyAre}, or its index is named by the target`,
  property: 'relations are created as plain tables that survive a crash, in the usual place',
  comment: 'what it is on does not come along, or under another name',
  grant:
    'rights belong to the roles of each server, and nobody is to see records before the move is signed off',
  owner: 'what is created belongs to the role that godwit works as',
  publication: 'it would send records on while they come in',
  'event-trigger': 'it belongs to the database, and would act on what is created',
  operator: unmade,
  'operator-class': unmade,
  'text-search': unmade,
  conversion: unmade,
  cast: unmade,
};

const ownWords = 'its text is in the words of the source';
const ownKind = 'only between PostgreSQL systems is it carried over';
const ownType = 'its fields get the type that the target has for their values';
const foreignReasons: Readonly<Partial<Record<SchemaObject['kind'], string>>> = {
  function: ownWords,
  procedure: ownWords,
  sequence: 'what is created takes no numbers from it',
  domain: ownType,
  enum: ownType,
  composite: ownType,
  range: ownType,
  collation: ownType,
  statistics: ownKind,
  index: ownKind,
  constraint: ownKind,
  setting: ownKind,
  'index-setting': ownKind,
  comment: ownKind,
};

const before =
  'Create it in the target before the run, if a relation needs it, or after it; it is in facts/schema.source.yaml.';
const fixes: Readonly<Partial<Record<SchemaObject['kind'], string>>> = {
  view: 'Create it in the target after the run; its text is in facts/schema.source.yaml.',
  'materialized-view':
    'Create it in the target after the run, with its indexes; its text is in facts/schema.source.yaml.',
  trigger:
    'Decide whether the new system works by triggers. If so, create it after the sign-off; its text is in facts/schema.source.yaml.',
  'update-rule':
    'If the new system needs it, write a trigger in the target that does the same, and create it after the sign-off.',
  versioning:
    'Keep the source for as long as its past is needed, or map a query over all versions as a view.',
  invisibility: 'Nothing, unless somebody reads the relation without naming its fields.',
  extension: 'Ask whoever runs the database for it, if the new system needs it.',
  property:
    'Decide whether the new system needs it. If so, carry out its statement after the sign-off; it is in facts/schema.source.yaml.',
  grant:
    'Decide who may do what in the new system, and grant it after the sign-off; the list is in facts/schema.source.yaml.',
  owner: 'Decide who owns what in the new system; the list is in facts/schema.source.yaml.',
  publication: 'Decide whether the new system publishes anything, and create it after the sign-off.',
  operator: before,
  'operator-class': before,
  'text-search': before,
  cast: before,
  policy: 'Decide who may see which records in the new system, and create its policies after the sign-off.',
};
