import type { Progress } from './progress.ts';

/** A long proof: too long for every run of the tests, so its full count is run by hand and its result is kept. */
export type Proof = (options: ProofOptions) => Promise<ProofResult>;

export interface ProofOptions {
  readonly seed: number;
  /** How many; null for the full count. */
  readonly count: number | null;
  /** Whether no more is to be begun: the minutes that were given are over. What was not done is no proof. */
  readonly enough: () => boolean;
  /** What was found before the proof was cut, and where it keeps what it finds. */
  readonly progress: Progress;
  readonly say: (text: string) => void;
}

export interface ProofResult {
  /** Does what was to be proven hold? */
  readonly holds: boolean;
  /** What was done, how often, and what came of it. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Was it cut? Then what it found is kept for the next time, and no result is. */
  readonly cut?: boolean;
}
