import { readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';

/** Time that no setting of a clock moves. Two processes with the same `boot` may compare their milliseconds. */
export interface SteadyTime {
  /** Which start of the machine it counts from; null where that is not known, then only one process may compare. */
  readonly boot: string | null;
  steadyMs(): number;
}

/** The machine's monotonic clock (CLOCK_MONOTONIC): stands still while the machine sleeps. */
export const systemSteadyTime: SteadyTime = {
  boot: bootId(),
  steadyMs: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
};

/** The steady time of a world that has its own clock. @param boot the same for all who share that clock */
export const steadyTimeOf = (clock: Clock, boot: string): SteadyTime => ({
  boot,
  steadyMs: () => clock.elapsedMs(),
});

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
