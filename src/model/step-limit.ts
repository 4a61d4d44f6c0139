import type { RunbookStep, StopRules } from './runbook.ts';

/** Ten times a tenth of a second is a pause of the server, not a sign of anything: a step may always take a minute. */
const floorMs = 60_000;

/** What a step that was never rehearsed may take where nothing else was agreed. */
export const stepMinutesMax = 1440;

/** How long a step may take before it stops the run, in milliseconds: by its rehearsal, else by the clock alone. */
export function stepLimitMs(
  {
    stepTimeFactor,
    stepMinutesMax: agreed = stepMinutesMax,
  }: Pick<StopRules, 'stepTimeFactor' | 'stepMinutesMax'>,
  { rehearsedMs }: Pick<RunbookStep, 'rehearsedMs'>,
): number {
  return rehearsedMs === null ? agreed * 60_000 : Math.max(floorMs, rehearsedMs * stepTimeFactor);
}
