/** Judges the risk of a move from measured facts: five variables, each with its evidence beside it. */
export { assess, riskWeights } from './assess.ts';
export type {
  ApiLimit,
  Assessment,
  RiskEvidence,
  RiskInput,
  RiskLimits,
  RiskScore,
  RiskVariable,
} from './assessment.ts';
export { type ConfirmedMark, classifyField, findPersonalData, type PersonalMark } from './personal-data.ts';
export { guardedCategories, type PersonalCategory } from './personal-words.ts';
export { stronglyConnected } from './relation-graph.ts';
