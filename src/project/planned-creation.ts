import type { OpenSystem } from '../connectors/index.ts';
import { findRelation, type Schema } from '../model/index.ts';
import type { RunbookInput } from '../runbook/index.ts';
import type { CheckedMove } from './check-map.ts';

/** Relations the target does not have and the mapping asks for, each once. */
export function relationsToCreate({
  loaded,
  target,
}: Pick<CheckedMove, 'loaded' | 'target'>): readonly string[] {
  const names = loaded.mapping.objects.filter((object) => object.create).map((object) => object.target);
  return [...new Set(names)].filter((name) => findRelation(target, name) === undefined);
}

export function plannedCreation(move: CheckedMove, target: OpenSystem): RunbookInput['creates'] {
  const relations = relationsToCreate(move);
  if (relations.length === 0 || target.creates === null) return null;
  return { relations, statements: plannedStatements(move, target.creates, relations) };
}

/**
 * Planned relations are told in types of the mapping language, so they are created as if they came from another kind of
 * system; those that take over the structure of their source, in its own words.
 */
export function plannedStatements(
  { checked, source, planned }: Pick<CheckedMove, 'checked' | 'source' | 'planned'>,
  creates: NonNullable<OpenSystem['creates']>,
  relations: readonly string[],
): readonly string[] {
  const { objects, namespace } = source;
  const own: Schema = { ...planned, objects, namespace };
  const neutral: Schema = { ...planned, kind: planned.kind === 'jsonl' ? 'csv' : 'jsonl' };
  const inWordsOf = (schema: Schema, wanted: boolean): readonly string[] => {
    const names = relations.filter((name) => checked.carried.has(name) === wanted);
    return names.length === 0 ? [] : creates.statements(schema, names);
  };
  return [...inWordsOf(own, true), ...inWordsOf(neutral, false)];
}
