import type { OpenSystem, Reading, Vitals } from '../connectors/index.ts';
import type { Clock, Log } from '../host/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { SystemSeen } from '../runbook/index.ts';

export interface WatchOptions {
  readonly role: 'source' | 'target';
  readonly wanted: ReadonlySet<Reading>;
  readonly open: () => Promise<OpenSystem>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * One system as the rules about it see it: what it said last, over a connection of its own that is opened anew when it breaks.
 *
 * Invariants: 1. a replica that was seen and no longer follows is not forgotten: it falls behind by each second that passes.
 * 2. a system that says nothing is never taken for one where all is well: `silentMs` tells for how long.
 */
export class WatchedSystem {
  readonly #options: WatchOptions;
  readonly #replicas = new Map<string, { readonly atMs: number; readonly lagMs: number }>();
  #system: OpenSystem | null = null;
  #last: Vitals = {};
  #lastMs: number;
  #logBase: string | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#lastMs = options.clock.elapsedMs();
  }

  /** From here on what is written into the log counts anew. */
  beginStep(): void {
    this.#logBase = this.#last.logBytes ?? null;
  }

  /** Asks once. A failure is told, and shows in `silentMs`. */
  async look(): Promise<void> {
    const { wanted, open, clock, log, role } = this.#options;
    try {
      this.#system ??= await open();
      const vitals = await this.#system.watches?.read(wanted);
      if (vitals === undefined) return;
      this.#last = vitals;
      this.#lastMs = clock.elapsedMs();
      this.#logBase ??= vitals.logBytes ?? null;
      this.#follow(vitals.replicas ?? []);
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      log.warn('a system did not say how it is, so rules about it see nothing', { role, code: error.code });
      await this.#close();
    }
  }

  get seen(): SystemSeen {
    const { lockWaits, logBytes, logKeptBytes, apiCallsLeft } = this.#last;
    const lag = this.#furthestBehind();
    const silentMs = this.#options.clock.elapsedMs() - this.#lastMs;
    return {
      role: this.#options.role,
      silentMs,
      ...(lag && { replicaLag: lag }),
      ...(lockWaits && { lockWait: { sessions: lockWaits.sessions, ms: lockWaits.longestMs } }),
      ...(logBytes !== undefined && {
        logWritten: String(BigInt(logBytes) - BigInt(this.#logBase ?? logBytes)),
      }),
      ...(logKeptBytes !== undefined && { logKept: logKeptBytes }),
      ...(apiCallsLeft !== undefined && { apiCallsLeft }),
    };
  }

  #follow(replicas: NonNullable<Vitals['replicas']>): void {
    const atMs = this.#lastMs;
    const counted = new Map<string, number>();
    for (const { name, lagMs } of replicas) {
      const times = (counted.get(name) ?? 0) + 1;
      counted.set(name, times);
      const known = times === 1 ? name : `${name} (${times})`;
      if (lagMs !== null) this.#replicas.set(known, { atMs, lagMs });
      else if (!this.#replicas.has(known)) this.#replicas.set(known, { atMs, lagMs: 0 });
    }
  }

  #furthestBehind(): SystemSeen['replicaLag'] | null {
    const lags = [...this.#replicas].map(([name, { atMs, lagMs }]) => ({
      name,
      ms: lagMs + this.#lastMs - atMs,
    }));
    return lags.sort((a, b) => b.ms - a.ms)[0] ?? null;
  }

  async #close(): Promise<void> {
    const system = this.#system;
    this.#system = null;
    try {
      await system?.[Symbol.asyncDispose]();
    } catch (error) {
      this.#options.log.debug('closing a connection failed', { reason: String(error) });
    }
  }
}
