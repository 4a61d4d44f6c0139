import { type Clock, PracticeClock, systemClock } from '../host/index.ts';
import { parseFaultScript } from './fault-script.ts';
import type { PracticeSystem } from './practice-message.ts';
import { PracticeServer } from './practice-server.ts';
import { PracticeState } from './practice-state.ts';
import { readDescription } from './read-description.ts';

export interface PracticeOptions {
  /** SQLite file that keeps everything; it is begun where there is none. `:memory:` keeps nothing. */
  readonly state: string;
  /** 0 for any free one. */
  readonly port?: number;
  /** File with a fault script, or what would stand in it. */
  readonly faults?: string | object;
  /** How many times as fast as the machine's clock its time runs; 1 unless told. */
  readonly speed?: number;
  /** ISO instant at which its time begins; where it stopped last, or now, unless told. */
  readonly start?: string;
  /** What its time is made of; the machine's unless told. */
  readonly machine?: Clock;
}

/** What one vendor's system is made of. */
export interface VendorParts {
  /** Whose state it is: `salesforce`. */
  readonly vendor: string;
  /** More than the vendor takes, so that the refusal is the vendor's. */
  readonly bodyMaxBytes: number;
  readonly make: (state: PracticeState, clock: PracticeClock) => PracticeSystem;
}

/**
 * Starts a practice system on this machine. Throws `practice.port-taken`, `practice.state-foreign`,
 * `practice.file-unreadable`.
 */
export async function openPracticeSystem(
  options: PracticeOptions,
  { vendor, bodyMaxBytes, make }: VendorParts,
): Promise<PracticeServer> {
  const state = new PracticeState(options.state, vendor);
  try {
    const startMs = Date.parse(options.start ?? state.about('now') ?? systemClock.now());
    const clock = new PracticeClock(options.machine ?? systemClock, startMs, options.speed ?? 1);
    const system = make(state, clock);
    const script = parseFaultScript(contentOf(options.faults), fileOf(options.faults), system.orders);
    return await PracticeServer.open({ system, clock, port: options.port ?? 0, script, bodyMaxBytes });
  } catch (error) {
    state[Symbol.dispose]();
    throw error;
  }
}

/** What a file holds, or what was given in its place. */
export const contentOf = (given: string | object | undefined): unknown =>
  typeof given === 'string' ? readDescription(given) : given;

export const fileOf = (given: string | object | undefined): string =>
  typeof given === 'string' ? given : '(given)';
