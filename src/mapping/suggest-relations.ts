import type { Relation, Schema } from '../model/index.ts';
import { nameSimilarity } from './name-similarity.ts';
import { suggestFields } from './suggest-fields.ts';

/** Which target relation a source relation probably becomes. */
export interface RelationSuggestion {
  readonly source: string;
  readonly target: string;
  readonly confidence: number;
  readonly evidence: readonly string[];
}

/** At most one target for each source relation, the one of exactly its name where there is one; a target may be suggested twice (two sources become one). */
export function suggestRelations(source: Schema, target: Schema): readonly RelationSuggestion[] {
  return source.relations
    .filter(({ kind }) => kind !== 'view')
    .flatMap((from) => {
      const tables = target.relations.filter(({ kind }) => kind !== 'view');
      const namesake = tables.find(({ name }) => name === from.name);
      const candidates = (namesake ? [namesake] : tables).map((to) => suggestionOf(from, to));
      const best = candidates.reduce<RelationSuggestion | null>(
        (a, b) => (b.confidence > (a?.confidence ?? 0) ? b : a),
        null,
      );
      return best && best.confidence >= leastConfidence ? [best] : [];
    });
}

const leastConfidence = 0.35;

function suggestionOf(from: Relation, to: Relation): RelationSuggestion {
  const name = nameSimilarity(from.name, to.name);
  const fields = suggestFields(from, to);
  const needed = Math.max(1, Math.min(from.fields.length, to.fields.length));
  const alike = fields.reduce((sum, { confidence }) => sum + confidence, 0) / needed;
  return {
    source: from.name,
    target: to.name,
    confidence:
      Math.round((name === 1 ? 0.7 + 0.3 * alike : 0.45 * name + 0.55 * Math.min(1, alike)) * 100) / 100,
    evidence: [
      name === 1 ? 'same name' : `names ${Math.round(name * 100)} % alike`,
      `${fields.length} of ${needed} fields have a counterpart`,
    ],
  };
}
