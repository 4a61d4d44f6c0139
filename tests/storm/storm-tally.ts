import type { StormOutcome } from './storm.ts';

/** What many worlds came to. */
export interface StormTally {
  seeds: number;
  lives: number;
  events: number;
  /** How many worlds were of each kind, and in how many what was done. */
  readonly mix: Record<string, number>;
  /** How often each trouble struck. */
  readonly struck: Record<string, number>;
  /** How often each call, or place of the engine, was struck. */
  readonly places: Record<string, number>;
  readonly violations: { readonly seed: number; readonly found: readonly string[] }[];
}

export function emptyTally(): StormTally {
  return { seeds: 0, lives: 0, events: 0, mix: {}, struck: {}, places: {}, violations: [] };
}

/** @param outcome of one world */
export function addOutcome(tally: StormTally, outcome: StormOutcome): void {
  tally.seeds += 1;
  tally.lives += outcome.lives;
  tally.events += outcome.events;
  for (const one of outcome.mix) tally.mix[one] = (tally.mix[one] ?? 0) + 1;
  for (const one of outcome.struck) {
    const [trouble = '', place = ''] = one.split(' at ');
    tally.struck[trouble] = (tally.struck[trouble] ?? 0) + 1;
    tally.places[place] = (tally.places[place] ?? 0) + 1;
  }
  if (outcome.violations.length > 0) tally.violations.push({ seed: outcome.seed, found: outcome.violations });
}

export function addTally(tally: StormTally, other: StormTally): void {
  tally.seeds += other.seeds;
  tally.lives += other.lives;
  tally.events += other.events;
  for (const part of ['mix', 'struck', 'places'] as const)
    for (const [name, count] of Object.entries(other[part]))
      tally[part][name] = (tally[part][name] ?? 0) + count;
  tally.violations.push(...other.violations);
}
