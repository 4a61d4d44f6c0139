import type { RiskEvidence } from './assessment.ts';

/**
 * Points for a count: none for 0, all of them at `full` and above, in between by the logarithm, because the step from 1 to 10
 * matters as much as the one from 10 to 100.
 */
export function pointsFor(count: number, full: number, pointsMax: number): number {
  if (count <= 0) return 0;
  return Math.round(pointsMax * Math.min(1, Math.log1p(count) / Math.log1p(full)));
}

/** Evidence from a count. */
export function counted(
  fact: string,
  count: number,
  scale: { readonly full: number; readonly points: number },
  words: { readonly measured: string; readonly lowers: string | null },
): RiskEvidence {
  return {
    fact,
    measured: words.measured,
    points: pointsFor(count, scale.full, scale.points),
    lowers: words.lowers,
  };
}

/** Not knowing is a risk of its own, and one that can be removed. */
export function unknown(fact: string, points: number, lowers: string): RiskEvidence {
  return { fact, measured: 'not known', points, lowers };
}

export function scoreOf(evidence: readonly RiskEvidence[]): number {
  return Math.min(
    100,
    evidence.reduce((sum, { points }) => sum + points, 0),
  );
}

/** `1 relation`, `3 relations`. */
export function amount(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
