import type { JournalRun } from '../engine/index.ts';

/** Live runs of other runbooks that were not taken back: their records are in the target. */
export function earlierRuns(runs: readonly JournalRun[], present: string): readonly string[] {
  return runs
    .filter(({ run, world, state }) => world === 'live' && state !== 'undone' && run !== present)
    .map(({ run }) => run);
}
