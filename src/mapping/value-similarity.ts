import type { RelationProfile } from '../model/index.ts';
import { foldValue } from './suggest-values.ts';

/** Alike in values: the same frequent ones, or the same shapes. Masked values say nothing, and are left out. */
export function valueSimilarity(
  from: string,
  to: string,
  { source, target }: SuggestionProfiles,
): number | null {
  const a = source?.fields.find(({ field }) => field === from);
  const b = target?.fields.find(({ field }) => field === to);
  if (!a || !b || a.patterns.length === 0 || b.patterns.length === 0) return null;
  const shapes = overlap(
    a.patterns.map(({ pattern, count }) => [pattern, Number(count)]),
    b.patterns.map(({ pattern, count }) => [pattern, Number(count)]),
  );
  const known = new Set(b.values.map(({ value }) => foldValue(value)));
  const shared = a.values.filter(({ value }) => known.has(foldValue(value))).length;
  const values = shared / Math.max(1, Math.min(a.values.length, b.values.length));
  return Math.max(shapes * 0.8, values);
}

/** The share that two distributions have in common. */
function overlap(
  a: readonly (readonly [string, number])[],
  b: readonly (readonly [string, number])[],
): number {
  const total = (counts: typeof a): number => counts.reduce((sum, [, count]) => sum + count, 0) || 1;
  const other = new Map(b);
  const [totalA, totalB] = [total(a), total(b)];
  return a.reduce((sum, [key, count]) => sum + Math.min(count / totalA, (other.get(key) ?? 0) / totalB), 0);
}

/** What profiling found on either side; without it only names and types speak. */
export interface SuggestionProfiles {
  readonly source?: RelationProfile;
  readonly target?: RelationProfile;
}
