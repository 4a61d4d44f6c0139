import { apiRate } from './api-rate.ts';
import type { Analyzer, Assessment, RiskInput, RiskScore, RiskVariable } from './assessment.ts';
import { complianceDensity } from './compliance-density.ts';
import { dependencyDepth } from './dependency-depth.ts';
import { downtimeTolerance } from './downtime-tolerance.ts';
import { scoreOf } from './points.ts';
import { schemaComplexity } from './schema-complexity.ts';

/**
 * The risk of a move from measured facts. Invariants: 1. every point has its evidence beside it. 2. the verdict is the
 * weighted score, raised by a single variable that is bad enough: four easy ones do not make a hard one easy. 3. what is not
 * known counts as a risk, with what would make it known.
 */
export function assess(input: RiskInput): Assessment {
  const scores = analyzers.map(({ variable, weight, analyze }): RiskScore => {
    const evidence = analyze(input);
    return { variable, weight, score: scoreOf(evidence), evidence };
  });
  const score = Math.round(scores.reduce((sum, one) => sum + one.score * one.weight, 0));
  const worst = scores.reduce((a, b) => (b.score > a.score ? b : a));
  const verdict = verdictOf(score, worst.score);
  const because =
    verdict === verdictOf(score, 0)
      ? `the weighted score is ${score} of 100`
      : `${worst.variable} alone is ${worst.score} of 100`;
  return { formatVersion: 1, score, verdict, because, scores, lowers: lowersOf(scores) };
}

/** The weights, in hundredths: what a move fails on most often weighs most. */
export const riskWeights: Readonly<Record<RiskVariable, number>> = {
  'schema-complexity': 0.2,
  'dependency-depth': 0.2,
  'api-rate': 0.15,
  'downtime-tolerance': 0.25,
  'compliance-density': 0.2,
};

const analyzers: readonly { variable: RiskVariable; weight: number; analyze: Analyzer }[] = (
  [
    ['schema-complexity', schemaComplexity],
    ['dependency-depth', dependencyDepth],
    ['api-rate', apiRate],
    ['downtime-tolerance', downtimeTolerance],
    ['compliance-density', complianceDensity],
  ] as const
).map(([variable, analyze]) => ({ variable, weight: riskWeights[variable], analyze }));

function verdictOf(score: number, worst: number): Assessment['verdict'] {
  if (score >= 60 || worst >= 85) return 'high';
  return score >= 30 || worst >= 60 ? 'medium' : 'low';
}

function lowersOf(scores: readonly RiskScore[]): readonly string[] {
  const effects = scores.flatMap(({ weight, evidence }) =>
    evidence.flatMap(({ points, lowers }) =>
      lowers !== null && points > 0 ? [{ effect: points * weight, lowers }] : [],
    ),
  );
  const ordered = effects.sort((a, b) => b.effect - a.effect).map(({ lowers }) => lowers);
  return [...new Set(ordered)];
}
