import type { Clock } from '../host/index.ts';
import type { CallWait } from '../model/index.ts';

/** Which of the systems, as `godwit.yaml` names it. */
export type WaitingSystem = 'source' | 'target' | 'sandbox';

/** What people are told while calls wait because too many were made. */
export type WaitTold =
  | ({ readonly kind: 'waits' | 'still-waits' } & StandingWait)
  | { readonly kind: 'goes-on'; readonly system: WaitingSystem; readonly waitedMs: number };

export interface StandingWait {
  readonly system: WaitingSystem;
  /** By its kind and its place. */
  readonly place: string;
  readonly wait: CallWait;
}

interface Waiting {
  readonly sinceMs: number;
  wait: CallWait;
  /** When it was told last; null while it was not. */
  toldMs: number | null;
  /** Before it is told, and until that is given up. */
  soon: AbortController | null;
}

export interface CallsWaitingOptions {
  readonly clock: Clock;
  /** Names a system for people. */
  readonly place: (system: WaitingSystem) => string;
  readonly tell: (told: WaitTold) => void;
}

/** Waits are told from this length on, in the machine's milliseconds. */
const toldFromMs = 10_000;
/** What is known in the first moment, with calls still under way, is not yet how long it takes. */
const settlesMs = 1_000;
/** Where calls come back a few at a time, one wait follows the other: not every one of them is told. In the system's own time. */
const quietMs = 600_000;
/** A wait that lasts is told again after this time, with the instant that is known by then. */
const againMs = 3_600_000;

/**
 * Knows what the calls of the project wait for, over all connections to a system, and tells of what takes long: once when it
 * begins, once when it goes on.
 *
 * Invariants: 1. what was not told to begin is not told to go on. 2. of one system at most one wait in ten minutes is told,
 * unless it takes as long itself.
 */
export class CallsWaiting implements Disposable {
  readonly #clock: Clock;
  readonly #place: (system: WaitingSystem) => string;
  readonly #tell: (told: WaitTold) => void;
  readonly #waiting = new Map<WaitingSystem, Waiting>();
  readonly #overMs = new Map<WaitingSystem, number>();
  readonly #givenUp = new AbortController();

  constructor({ clock, place, tell }: CallsWaitingOptions) {
    this.#clock = clock;
    this.#place = place;
    this.#tell = tell;
  }

  /** What is waited for now, or what a call that may not wait was refused for. */
  get standing(): readonly StandingWait[] {
    return [...this.#waiting].map(([system, { wait }]) => ({ system, place: this.#place(system), wait }));
  }

  /** Ends all waits for calls from now on; what needs none is done. @param reason what whoever waits is thrown */
  giveUp(reason: unknown): void {
    this.#givenUp.abort(reason);
  }

  get givenUp(): AbortSignal {
    return this.#givenUp.signal;
  }

  /** @param wait null when calls go on */
  see(system: WaitingSystem, wait: CallWait | null): void {
    if (wait === null) return this.#goOn(system);
    const nowMs = this.#clock.elapsedMs();
    const waiting = this.#waiting.get(system) ?? { sinceMs: nowMs, wait, toldMs: null, soon: null };
    this.#waiting.set(system, waiting);
    waiting.wait = wait;
    if (waiting.toldMs !== null) {
      if (nowMs - waiting.toldMs >= againMs) this.#say('still-waits', system, waiting);
      return;
    }
    if (waiting.soon === null && this.#isLong(system, waiting, nowMs)) void this.#saySoon(system, waiting);
  }

  [Symbol.dispose](): void {
    for (const { soon } of this.#waiting.values()) soon?.abort();
    this.#waiting.clear();
  }

  #isLong(system: WaitingSystem, { sinceMs, wait }: Waiting, nowMs: number): boolean {
    const lastsMs = nowMs - sinceMs + wait.machineMs;
    const againFromMs = quietMs / wait.speed;
    const quiet = nowMs - (this.#overMs.get(system) ?? Number.NEGATIVE_INFINITY) < againFromMs;
    return lastsMs >= Math.max(toldFromMs, quiet ? againFromMs : 0);
  }

  async #saySoon(system: WaitingSystem, waiting: Waiting): Promise<void> {
    const soon = new AbortController();
    waiting.soon = soon;
    try {
      await this.#clock.sleep(settlesMs, soon.signal);
    } catch {
      return;
    }
    waiting.soon = null;
    if (this.#waiting.get(system) === waiting && this.#isLong(system, waiting, this.#clock.elapsedMs()))
      this.#say('waits', system, waiting);
  }

  #say(kind: 'waits' | 'still-waits', system: WaitingSystem, waiting: Waiting): void {
    waiting.toldMs = this.#clock.elapsedMs();
    this.#tell({ kind, system, place: this.#place(system), wait: waiting.wait });
  }

  #goOn(system: WaitingSystem): void {
    const waiting = this.#waiting.get(system);
    if (waiting === undefined) return;
    waiting.soon?.abort();
    this.#waiting.delete(system);
    if (waiting.toldMs === null) return;
    const nowMs = this.#clock.elapsedMs();
    this.#overMs.set(system, nowMs);
    this.#tell({ kind: 'goes-on', system, waitedMs: nowMs - waiting.sinceMs });
  }
}
