import type { OpenSystem } from '../connectors/index.ts';
import { findRelation, type Relation, type Schema } from '../model/index.ts';
import type { PlannedCreation } from '../runbook/index.ts';
import type { CheckedMove } from './check-map.ts';

/** Relations the target does not have and the mapping asks for, each once. */
export function relationsToCreate({
  loaded,
  target,
}: Pick<CheckedMove, 'loaded' | 'target'>): readonly string[] {
  const names = loaded.mapping.objects.filter((object) => object.create).map((object) => object.target);
  return [...new Set(names)].filter((name) => findRelation(target, name) === undefined);
}

export function plannedCreation(move: CheckedMove, target: OpenSystem): PlannedCreation | null {
  const relations = relationsToCreate(move);
  if (relations.length === 0 || target.creates === null) return null;
  return plannedStatements(move, target.creates, relations);
}

/** What a creation is planned from. */
export type CreationMove = Pick<CheckedMove, 'checked' | 'source' | 'planned' | 'order' | 'deferred'> & {
  readonly loaded: Pick<CheckedMove['loaded'], 'mapping'>;
};

/**
 * Planned relations are told in types of the mapping language, so they are created as if they came from another kind of
 * system; those that take over the structure of their source, in its own words and, where that is possible, in two parts.
 */
export function plannedStatements(
  move: CreationMove,
  creates: NonNullable<OpenSystem['creates']>,
  relations: readonly string[],
): PlannedCreation {
  const { checked, source, planned } = move;
  const { objects, namespace } = source;
  const own: Schema = { ...planned, objects, namespace };
  const neutral: Schema = { ...planned, kind: planned.kind === 'jsonl' ? 'csv' : 'jsonl' };
  const carried = largestFirst(
    move,
    relations.filter((name) => checked.carried.has(name)),
  );
  const others = relations.filter((name) => !checked.carried.has(name));
  const parts = creates.inParts?.(own, carried, mayWait(move)) ?? {
    statements: carried.length === 0 ? [] : creates.statements(own, carried),
    completions: [],
  };
  const plain = others.length === 0 ? [] : creates.statements(neutral, others);
  return { relations, statements: [...parts.statements, ...plain], completions: parts.completions };
}

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

/**
 * A key, an index or a foreign key may wait when the source holds it for the very records that come. Not so the key of
 * records that are found again before that, by upsert or in a second pass; a foreign key towards records that come after
 * its own; and the key such a one leads to.
 */
function mayWait({
  checked,
  loaded,
  planned,
  order,
  deferred,
}: CreationMove): (relation: string, name: string) => boolean {
  const objects = new Map(loaded.mapping.objects.map((object) => [object.target, object]));
  const place = (relation: string): number => order.indexOf(objects.get(relation)?.name ?? '');
  const firm = new Set<string>();
  const keep = (relation: string, name: string): unknown => firm.add(JSON.stringify([relation, name]));
  for (const relation of planned.relations.filter(({ name }) => checked.carried.has(name))) {
    const object = objects.get(relation.name);
    const again = object?.mode === 'upsert' || deferred.has(object?.name ?? '');
    for (const key of keysOf(relation)) if (again) keep(relation.name, key.name);
    for (const { name, references } of relation.foreignKeys) {
      if (
        place(references.relation) < place(relation.name) &&
        checked.proven.has(`${relation.name}\n${name}`)
      )
        continue;
      keep(relation.name, name);
      const parent = findRelation(planned, references.relation);
      for (const key of parent ? keysOf(parent) : []) keep(references.relation, key.name);
    }
  }
  return (relation, name) =>
    checked.proven.has(`${relation}\n${name}`) && !firm.has(JSON.stringify([relation, name]));
}

function keysOf({ primaryKey, uniques }: Relation): Relation['uniques'] {
  return primaryKey ? [primaryKey, ...uniques] : uniques;
}
