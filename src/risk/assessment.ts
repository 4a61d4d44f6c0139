import type { Finding, Mapping, Profile, Schema } from '../model/index.ts';
import type { ConfirmedMark } from './personal-data.ts';

/** What the risk of a move is judged by. Everything is measured or stated by the user; null is "not known", and counts as such. */
export interface RiskInput {
  readonly source: Schema;
  readonly target: Schema | null;
  readonly profile: Profile | null;
  readonly mapping: Mapping | null;
  /** Of the checks done so far. */
  readonly findings: readonly Finding[];
  readonly limits: RiskLimits;
  /** A person's word on single fields; it outweighs what names and values suggest. */
  readonly confirmed: readonly ConfirmedMark[];
}

export interface RiskLimits {
  /** How long the systems may stand still. */
  readonly downtimeAllowedMinutes: number | null;
  /** Records a second, measured in a rehearsal or stated. */
  readonly recordsPerSecond: number | null;
  /** How long a restore of the target's backup took. */
  readonly restoreMinutes: number | null;
  /** One for each system behind an API; empty when there is none. */
  readonly apis: readonly ApiLimit[];
  /** `GDPR`, `HIPAA`, ... as the user names them. */
  readonly regimes: readonly string[];
}

export interface ApiLimit {
  readonly system: string;
  readonly callsPerDay: number | null;
  readonly callsPerSecond: number | null;
  readonly concurrentMax: number | null;
  /** Records one write call can carry. */
  readonly recordsPerCall: number;
  /** Does the system say when to try again? */
  readonly announcesRetry: boolean;
}

export type RiskVariable =
  | 'schema-complexity'
  | 'dependency-depth'
  | 'api-rate'
  | 'downtime-tolerance'
  | 'compliance-density';

/** One of the five: the score is the sum of the points of its evidence, at most 100. */
export interface RiskScore {
  readonly variable: RiskVariable;
  readonly score: number;
  readonly weight: number;
  readonly evidence: readonly RiskEvidence[];
}

export interface RiskEvidence {
  /** What was looked at: `relations`, `cycles`. */
  readonly fact: string;
  /** What was measured, for people: `14 of 103 fields`. */
  readonly measured: string;
  readonly points: number;
  /** What would bring the points down; null when nothing on our side would. */
  readonly lowers: string | null;
}

export interface Assessment {
  readonly formatVersion: 1;
  readonly score: number;
  readonly verdict: 'low' | 'medium' | 'high';
  /** Why it is this verdict, in one sentence. */
  readonly because: string;
  readonly scores: readonly RiskScore[];
  /** What would lower the score, most effective first. */
  readonly lowers: readonly string[];
}

/** One analyzer: one variable, judged from the input alone. */
export type Analyzer = (input: RiskInput) => readonly RiskEvidence[];
