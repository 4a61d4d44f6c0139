import type { Entry } from './entry.ts';

/** A step that began, as entry `entry` says, and of which nothing says how it ended: its process was cut off in it. */
export interface UnfinishedStep {
  readonly run: string;
  readonly step: string;
  readonly entry: number;
}

/** The type of the entry in which the next process says so, before it asks the target and goes on. */
export const stepOutcomeUnknown = 'step-outcome-unknown';

const begins = 'engine-step-started';
const ends: ReadonlySet<string> = new Set(['engine-step-ended', stepOutcomeUnknown]);
const goesBack = 'engine-undo-ended';

/**
 * Since the intention is durable before the effect and the outcome behind it, and steps come one after the other, there is at most
 * one for each run. While a process is at work it is the step under way.
 */
export function unfinishedSteps(entries: Iterable<Entry>): readonly UnfinishedStep[] {
  const open = new Map<string, UnfinishedStep>();
  for (const { type, body, seq } of entries) {
    if (type !== begins && type !== goesBack && !ends.has(type)) continue;
    // An entry of such a type without a body is none that godwit writes; a bundle may hold it all the same.
    const { run, step } = (body ?? {}) as { readonly run: string; readonly step: string };
    const name = JSON.stringify([run, step]);
    if (type === begins) open.set(name, { run, step, entry: seq });
    else if (type === goesBack) for (const [key, one] of open) if (one.run === run) open.delete(key);
    if (ends.has(type)) open.delete(name);
  }
  return [...open.values()];
}
