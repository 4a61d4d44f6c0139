import type { CallsOfSides, RunbookStep } from '../model/index.ts';

/** What a step came to. `paused` and `stopped` go on behind the last whole slice when the run is started again. */
export interface StepOutcome {
  readonly step: string;
  readonly title: string;
  readonly outcome: 'done' | 'done-before' | 'paused' | 'stopped' | 'waiting';
  readonly durationMs: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  readonly rowsPurged: number;
  /** Why it paused or waits; null otherwise. */
  readonly reason: string | null;
  readonly notes: readonly string[];
  /** Calls it made of systems that count them; left out where it made none. */
  readonly calls?: CallsOfSides;
}

/** Of a step in which nothing has happened so far. */
export function nothingDone(step: RunbookStep): StepOutcome {
  return {
    step: step.id,
    title: step.title,
    outcome: 'done',
    durationMs: 0,
    rowsRead: 0,
    rowsWritten: 0,
    rowsQuarantined: 0,
    rowsPurged: 0,
    reason: null,
    notes: [],
  };
}
