import type { CallsOfSides } from '../model/index.ts';
import { readFacts } from './facts-files.ts';
import type { Project } from './project.ts';

/** What a rehearsal measured, as `facts/rehearsal.yaml` keeps it. */
export interface RehearsalFacts {
  readonly formatVersion: 1;
  /** Digest of the mapping that was rehearsed: times of another mapping say nothing. */
  readonly mapping: string;
  readonly volume: 'sample' | 'full';
  readonly at: string;
  readonly records: number;
  readonly recordsPerSecond: number | null;
  readonly auditEqual: boolean;
  readonly rollbackClean: boolean;
  /** The whole way back; null when it was not walked. */
  readonly rollbackMs: number | null;
  readonly steps: readonly {
    readonly step: string;
    readonly durationMs: number;
    readonly rollbackMs: number | null;
    /** Calls it made of systems that count them; left out where it made none. */
    readonly calls?: CallsOfSides;
  }[];
}

export type StepTimes = ReadonlyMap<
  string,
  { readonly durationMs: number; readonly rollbackMs: number | null }
>;

/** Step times of the last full rehearsal of this very mapping; empty when there was none. */
export function readRehearsalTimes(project: Project, mappingDigest: string): StepTimes {
  const facts = readFacts(project, 'rehearsal') as RehearsalFacts | null;
  if (facts === null || facts.mapping !== mappingDigest || facts.volume !== 'full') return new Map();
  return new Map(facts.steps.map(({ step, durationMs, rollbackMs }) => [step, { durationMs, rollbackMs }]));
}
