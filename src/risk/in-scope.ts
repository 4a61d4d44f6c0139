import type { Relation } from '../model/index.ts';
import type { RiskInput } from './assessment.ts';

/** The source relations the move is about: the mapped ones, or all tables and files while there is no mapping. */
export function relationsInScope(input: RiskInput): readonly Relation[] {
  const mapped = new Set(input.mapping?.objects.map(({ source }) => source));
  return input.source.relations.filter(({ name, kind }) =>
    mapped.size > 0 ? mapped.has(name) : kind !== 'view',
  );
}

/** Records in scope: counted by the profile where there is one, else the system's own estimate; null when neither is there. */
export function recordsInScope(input: RiskInput): number | null {
  const rows = new Map(input.profile?.relations.map(({ relation, rows }) => [relation, Number(rows)]));
  let sum: number | null = null;
  for (const { name, rowsEstimate } of relationsInScope(input)) {
    const count = rows.get(name) ?? rowsEstimate;
    if (count !== null && count !== undefined) sum = (sum ?? 0) + count;
  }
  return sum;
}
