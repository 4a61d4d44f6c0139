import type { Clock, Log } from '../host/index.ts';
import { isGodwitError, type PacedBy } from '../model/index.ts';
import type { OpenSystem } from './port.ts';
import type { Reading, Vitals } from './watches.ts';

/** Why reading should rest now, for people; null where it may go on. */
export interface Brake {
  holds(): Promise<string | null>;
}

export interface BrakeOptions {
  readonly role: 'source' | 'target';
  readonly limits: PacedBy;
  /** Through which it is asked; null while there is none. */
  readonly system: () => Promise<OpenSystem | null>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Over how long what is written into the log is counted. */
const windowMs = 5_000;

/**
 * Holds while a system says of itself that it is over one of its limits, or would be until the next look if it went on as since
 * the last one: what was read is still under way. A system that does not answer holds nothing: it is the read or the write
 * itself that meets it next, and that is repeated with care.
 */
export class SystemBrake implements Brake {
  readonly #options: BrakeOptions;
  readonly #wanted: ReadonlySet<Reading>;
  readonly #before = { lagMs: 0, keptBytes: 0 };
  #looked = false;
  #window: { readonly atMs: number; readonly bytes: bigint } | null = null;

  constructor(options: BrakeOptions) {
    this.#options = options;
    this.#wanted = readingsFor(options.limits);
  }

  async holds(): Promise<string | null> {
    const { system, log, role } = this.#options;
    try {
      const vitals = await (await system())?.watches?.read(this.#wanted);
      if (!vitals) return null;
      const reason = this.#reason(vitals);
      this.#looked = true;
      return reason;
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      log.warn('a system did not say how it is, so nothing holds for it', { role, code: error.code });
      return null;
    }
  }

  #reason({ replicas, logBytes, logKeptBytes }: Vitals): string | null {
    const { limits, role } = this.#options;
    const { replicaLagSecondsMax: lagMax, logKeptMibMax: keptMax } = limits;
    const lagMs = this.#soon('lagMs', Math.max(0, ...(replicas ?? []).map((one) => one.lagMs ?? 0)));
    const keptBytes = this.#soon('keptBytes', Number(logKeptBytes ?? '0'));
    if (lagMax !== undefined && lagMs > lagMax * 1_000)
      return `a replica of the ${role} is nearly ${lagMax} s behind, or more`;
    if (keptMax !== undefined && keptBytes > keptMax * 2 ** 20)
      return `the ${role} keeps nearly ${keptMax} MiB of log, or more`;
    return this.#overLog(logBytes)
      ? `the ${role} wrote more than ${limits.logMibPerSecondMax} MiB of log a second`
      : null;
  }

  /** What it will be at the next look, if it grows as it grew since the last one. */
  #soon(what: 'lagMs' | 'keptBytes', now: number): number {
    const grown = Math.max(0, now - this.#before[what]);
    this.#before[what] = now;
    return this.#looked ? now + grown : now;
  }

  /** Whether more was written in this window than its time allows by now. */
  #overLog(logBytes: string | undefined): boolean {
    const { limits, clock } = this.#options;
    const { logMibPerSecondMax: most } = limits;
    if (most === undefined || logBytes === undefined) return false;
    const nowMs = clock.elapsedMs();
    const bytes = BigInt(logBytes);
    this.#window ??= { atMs: nowMs, bytes };
    const over =
      bytes - this.#window.bytes >
      BigInt(Math.round((most * 2 ** 20 * (nowMs - this.#window.atMs + 1_000)) / 1_000));
    if (!over && nowMs - this.#window.atMs > windowMs) this.#window = { atMs: nowMs, bytes };
    return over;
  }
}

/** What has to be read of a system to hold it to these limits. */
export function readingsFor(limits: PacedBy): ReadonlySet<Reading> {
  return new Set<Reading>([
    ...(limits.replicaLagSecondsMax === undefined ? [] : (['replica-lag'] as const)),
    ...(limits.logMibPerSecondMax === undefined ? [] : (['log-written'] as const)),
    ...(limits.logKeptMibMax === undefined ? [] : (['log-kept'] as const)),
  ]);
}
