import type { OpenSystem } from '../connectors/index.ts';
import type { MappingCheck } from '../mapping/index.ts';
import {
  type Completion,
  findRelation,
  type Mapping,
  type Profile,
  type Relation,
  type Schema,
  type SchemaObject,
} from '../model/index.ts';
import type { ObjectOrder, PlannedCreation } from '../runbook/index.ts';

/** What a creation is planned from: a mapping held against both systems. */
export interface CreationMove extends Omit<ObjectOrder, 'findings'> {
  readonly loaded: { readonly mapping: Mapping };
  readonly checked: MappingCheck;
  readonly source: Schema;
  /** The target as it will be once the relations are there. */
  readonly planned: Schema;
  /** What was found in the source; null, or absent, when nobody looked. */
  readonly profile?: Profile | null;
}

export interface CreationWithObjects extends PlannedCreation {
  /** What of the source besides relations comes along with them. */
  readonly objects: readonly SchemaObject[];
}

/** Relations the target does not have and the mapping asks for, each once. */
export function relationsToCreate({
  loaded,
  target,
}: Pick<CreationMove, 'loaded'> & { readonly target: Schema }): readonly string[] {
  const names = loaded.mapping.objects.filter((object) => object.create).map((object) => object.target);
  return [...new Set(names)].filter((name) => findRelation(target, name) === undefined);
}

export function plannedCreation(
  move: CreationMove & { readonly target: Schema },
  creates: OpenSystem['creates'],
): CreationWithObjects | null {
  const relations = relationsToCreate(move);
  if (relations.length === 0 || creates === null) return null;
  return plannedStatements(move, creates, relations);
}

/**
 * Planned relations are told in types of the mapping language, so they are created as if they came from another kind of
 * system; those that take over the structure of their source, in its own words and, where that is possible, in two parts.
 */
export function plannedStatements(
  move: CreationMove,
  creates: NonNullable<OpenSystem['creates']>,
  relations: readonly string[],
): CreationWithObjects {
  const { checked, source, planned } = move;
  // Types, functions and sequences of another kind of system are none here.
  const objects = source.kind === planned.kind ? speakingOf(source, checked) : [];
  const own: Schema = { ...planned, objects, namespace: source.namespace };
  const neutral: Schema = { ...planned, kind: planned.kind === 'jsonl' ? 'csv' : 'jsonl' };
  const carried = largestFirst(
    move,
    relations.filter((name) => checked.carried.has(name)),
  );
  const others = relations.filter((name) => !checked.carried.has(name));
  const cycles = creates.inParts ? linkedCycles(move) : [];
  const parts = creates.inParts?.(own, carried, mayWait(move, cycles)) ?? {
    statements: carried.length === 0 ? [] : creates.statements(own, carried),
    completions: [],
    objects: [],
  };
  const plain = others.length === 0 ? [] : creates.statements(neutral, others);
  return {
    relations,
    statements: [...parts.statements, ...plain],
    completions: parts.completions.map((one) => (isForward(move, one) ? { ...one, afterLinks: true } : one)),
    cycles,
    objects: parts.objects,
  };
}

/** Objects whose text names relations and fields come along only where these keep their names. */
function speakingOf({ objects }: Schema, { asTheyAre }: MappingCheck): readonly SchemaObject[] {
  const parents = new Map(
    objects.flatMap(({ kind, name, relation }) =>
      kind === 'partition' && name !== relation ? [[name, relation ?? ''] as const] : [],
    ),
  );
  const whole = (name: string): string => {
    const parent = parents.get(name);
    return parent === undefined ? name : whole(parent);
  };
  return objects.filter(
    ({ kind, relation }) => relation === null || !speaking.has(kind) || asTheyAre.has(whole(relation)),
  );
}

const speaking: ReadonlySet<SchemaObject['kind']> = new Set([
  'index',
  'constraint',
  'setting',
  'index-setting',
  'statistics',
  'comment',
]);

/** What takes longest begins first. */
function largestFirst({ loaded, source }: CreationMove, relations: readonly string[]): readonly string[] {
  const rows = new Map(
    loaded.mapping.objects.map((object) => [
      object.target,
      findRelation(source, object.source)?.rowsEstimate ?? 0,
    ]),
  );
  return relations.toSorted((a, b) => (rows.get(b) ?? 0) - (rows.get(a) ?? 0));
}

/** Cycles of which every deferred field is one of foreign keys alone that the source holds, and that can wait. */
function linkedCycles(move: CreationMove): readonly (readonly string[])[] {
  const { checked, loaded, planned, deferred, cycles } = move;
  const isLink = (name: string, field: string): boolean => {
    const object = loaded.mapping.objects.find((one) => one.name === name);
    const relation = findRelation(planned, object?.target ?? '');
    const keys = relation?.foreignKeys.filter(({ fields }) => fields.includes(field)) ?? [];
    const looked = checked.dependencies.some(
      (one) => one.object === name && one.field === field && one.via === 'lookup',
    );
    return (
      !looked &&
      object?.mode !== 'upsert' &&
      keys.length > 0 &&
      keys.every((key) => checked.proven.has(`${relation?.name}\n${key.name}`))
    );
  };
  return cycles.filter((cycle) =>
    cycle.every((name) => (deferred.get(name) ?? []).every((field) => isLink(name, field))),
  );
}

/** A foreign key towards records that come after its own, or with them. */
function isForward(
  { loaded, order }: CreationMove,
  { relation, references }: Pick<Completion, 'relation' | 'references'>,
): boolean {
  const place = (name: string): number =>
    order.indexOf(loaded.mapping.objects.find(({ target }) => target === name)?.name ?? '');
  return references !== null && place(references) >= place(relation);
}

/**
 * A key, an index or a foreign key may wait when the source holds it for the very records that come. Not so the key of
 * records that are found again before that, by upsert or in a second pass; a foreign key towards records that come after
 * its own, unless its whole cycle waits; one that records of the source were seen to break, so that these are kept back one by
 * one; and the key such a one leads to.
 */
function mayWait(
  move: CreationMove,
  linked: readonly (readonly string[])[],
): (relation: string, name: string) => boolean {
  const { checked, loaded, planned, deferred } = move;
  const objects = new Map(loaded.mapping.objects.map((object) => [object.target, object]));
  const isLinked = (relation: string): boolean =>
    linked.some((cycle) => cycle.includes(objects.get(relation)?.name ?? ''));
  const firm = new Set<string>();
  for (const relation of planned.relations.filter(({ name }) => checked.carried.has(name))) {
    const object = objects.get(relation.name);
    const again = deferred.has(object?.name ?? '') && !isLinked(relation.name);
    if (again || object?.mode === 'upsert')
      for (const key of keysOf(relation)) firm.add(`${relation.name}\n${key.name}`);
    for (const { name, references } of relation.foreignKeys) {
      const forward = isForward(move, { relation: relation.name, references: references.relation });
      const waits = (!forward || isLinked(relation.name)) && !isBroken(move, relation.name, name);
      if (waits && checked.proven.has(`${relation.name}\n${name}`)) continue;
      firm.add(`${relation.name}\n${name}`);
      const parent = findRelation(planned, references.relation);
      for (const key of parent ? keysOf(parent) : []) firm.add(`${references.relation}\n${key.name}`);
    }
  }
  return (relation, name) => checked.proven.has(`${relation}\n${name}`) && !firm.has(`${relation}\n${name}`);
}

/** Records of its source point nowhere by this foreign key: they came past it, with the checks off for instance. */
function isBroken({ loaded, source, profile }: CreationMove, target: string, name: string): boolean {
  const from = loaded.mapping.objects.find((object) => object.target === target)?.source ?? '';
  const fields = findRelation(source, from)?.foreignKeys.find((key) => key.name === name)?.fields;
  const found = profile?.relations.find(({ relation }) => relation === from)?.orphans ?? [];
  return found.some(
    (one) => one.declared && one.orphans !== '0' && one.fields.join('\n') === fields?.join('\n'),
  );
}

function keysOf({ primaryKey, uniques }: Relation): Relation['uniques'] {
  return primaryKey ? [primaryKey, ...uniques] : uniques;
}
