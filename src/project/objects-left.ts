import { type Finding, findRelation, type Schema, type SchemaObject } from '../model/index.ts';

/**
 * Views, triggers, functions and whatever else the source holds besides relations, and the target neither has nor gets. Told
 * only when relations are created: a target that is adopted as it is says itself what it holds.
 */
export function objectsLeft(
  source: Schema,
  target: Schema,
  made: readonly SchemaObject[],
): readonly Finding[] {
  const known = new Set([...target.objects, ...made].map(nameOf));
  const views = new Set(source.relations.flatMap(({ kind, name }) => (kind === 'view' ? [name] : [])));
  return source.objects
    .filter((object) => !known.has(nameOf(object)))
    .filter(({ name, kind }) => !views.has(name) || kind.endsWith('view'))
    .map((object) => left(object, findRelation(target, object.name) !== undefined));
}

function nameOf({ kind, name, relation }: SchemaObject): string {
  return JSON.stringify([kind, name, relation]);
}

function left({ kind, name, relation }: SchemaObject, taken: boolean): Finding {
  const on = relation === null || relation === name ? '' : ` on ${relation}`;
  return {
    code: 'mapping.object-left',
    severity: 'warn',
    title: `The ${kind.replace('-', ' ')} ${name}${on} does not come along`,
    detail: taken ? 'the target has something else of that name' : reasons[kind],
    where: { system: 'source', ...(relation === null ? {} : { relation }), field: `${kind} ${name}` },
    records: null,
    examples: [],
    fix: fixes[kind] ?? 'Create it in the target after the run, if the new system needs it.',
    waivable: true,
  };
}

const unused = 'no relation that is created uses it';
const reasons: Readonly<Record<SchemaObject['kind'], string>> = {
  view: 'views hold no records and are not created',
  'materialized-view': 'what it holds is made from other relations; it is not created',
  trigger: 'a trigger would change records while they come in',
  rule: 'a rule would change what is written',
  policy: 'row-level security would hide records from the move',
  event: 'it would begin to work before the move is signed off',
  function: unused,
  sequence: unused,
  domain: unused,
  enum: unused,
  composite: unused,
  range: unused,
  partition: 'its relation is created without partitions',
  extension: 'an extension belongs to the database, not to the schema',
};

const fixes: Readonly<Partial<Record<SchemaObject['kind'], string>>> = {
  view: 'Create it in the target after the run; its text is in facts/schema.source.yaml.',
  'materialized-view':
    'Create it in the target after the run, with its indexes; its text is in facts/schema.source.yaml.',
  trigger:
    'Decide whether the new system works by triggers. If so, create it after the sign-off; its text is in facts/schema.source.yaml.',
  extension: 'Ask whoever runs the database for it, if the new system needs it.',
  policy: 'Decide who may see which records in the new system, and create its policies after the sign-off.',
};
