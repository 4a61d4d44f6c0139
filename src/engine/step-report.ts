import type { SliceCounts } from '../model/index.ts';

/** How a step ended. `paused` and `stopped` are not failures: the step goes on behind the last whole slice when asked. */
export interface StepReport {
  readonly step: string;
  readonly outcome: 'done' | 'paused' | 'stopped';
  /** Code and words of the stop rule that paused it; null otherwise. */
  readonly paused: { readonly code: string; readonly reason: string } | null;
  /** What the target holds of this step; null for steps that are not about records. */
  readonly counts: SliceCounts | null;
  readonly slicesApplied: number;
  readonly slicesPlanned: number;
  readonly movement: SourceMovement | null;
  /** What was done, for people: `contacts_id_seq set to 4001`. */
  readonly notes: readonly string[];
}

/** What moved on the source between planning the step and its end. */
export interface SourceMovement {
  readonly rowsPlanned: string;
  readonly rowsNow: string;
  /** Records there now that were added or changed meanwhile; null where the system cannot tell. */
  readonly rowsChanged: string | null;
  readonly positionPlanned: string;
  readonly positionNow: string;
  /** This relation was written to, or may have been: its system moved and cannot tell which of its relations did. */
  readonly moved: boolean;
}

/** The report of a step that is not about records. */
export function plainReport(step: string, notes: readonly string[]): StepReport {
  return {
    step,
    outcome: 'done',
    paused: null,
    counts: null,
    slicesApplied: 0,
    slicesPlanned: 0,
    movement: null,
    notes,
  };
}

/** Asked to stop before the step could begin. */
export function stoppedReport(step: string): StepReport {
  return { ...plainReport(step, []), outcome: 'stopped' };
}
