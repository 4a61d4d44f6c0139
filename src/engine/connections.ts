import type { OpenSystem, Reading, Snapshot, Vitals } from '../connectors/index.ts';
import type { Clock, Log } from '../host/index.ts';
import type { Warrant } from '../model/index.ts';
import { WarrantedTarget } from './warranted-target.ts';

/** How a run opens its two systems, the first time and after a failure. */
export interface SystemsDoor {
  source(): Promise<OpenSystem>;
  target(): Promise<OpenSystem>;
}

/** What the connections of several processes have to do with each other. */
export interface Together {
  /** The view of the source that another process shares; null for one of its own. */
  readonly view: () => string | null;
  /** The token under which this process writes what is nobody's slice; null where it works alone. */
  readonly fence: () => string | null;
}

const alone: Together = { view: () => null, fence: () => null };

/**
 * The connections of a run, opened when first needed (an undo never opens the source) and opened anew after a failure.
 *
 * Invariants: 1. all steps of one generation read through one snapshot. 2. `renew` with a generation that is over does
 * nothing, so several slices that fail together cost one reopening.
 */
export class Connections implements AsyncDisposable {
  readonly #door: SystemsDoor;
  readonly #warrant: Warrant;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #together: Together;
  #onSnapshot: (snapshot: Snapshot) => Promise<void> = async () => undefined;
  #generation = 0;
  #source: Promise<OpenSystem> | null = null;
  #snapshot: Promise<Snapshot> | null = null;
  #targetSystem: Promise<OpenSystem> | null = null;

  constructor(door: SystemsDoor, warrant: Warrant, clock: Clock, log: Log, together: Together = alone) {
    this.#together = together;
    this.#door = door;
    this.#warrant = warrant;
    this.#clock = clock;
    this.#log = log;
  }

  get generation(): number {
    return this.#generation;
  }

  async target(): Promise<WarrantedTarget> {
    this.#targetSystem ??= this.#door.target();
    return new WarrantedTarget(await this.#targetSystem, this.#warrant, this.#clock, this.#together.fence);
  }

  /** Slices that may be under way together as far as both systems go. */
  async slicesAtOnceMax(): Promise<number> {
    this.#source ??= this.#door.source();
    const room = (await (await this.#source).slicesAtOnceMax?.()) ?? 1;
    const given = (await (await this.snapshot()).exports?.slicesAtOnceMax?.()) ?? room;
    return Math.min(room, given, await (await this.target()).slicesAtOnceMax());
  }

  /** What a system says of itself over its own connections; null while it is not open, or where it tells nothing. */
  async look(role: 'source' | 'target', wanted: ReadonlySet<Reading>): Promise<Vitals | null> {
    const watches = (await (role === 'source' ? this.#source : this.#targetSystem))?.watches;
    if (!watches) return null;
    for (const reading of wanted) if ((await watches.refuses(reading)) !== null) return null;
    return watches.read(wanted);
  }

  async snapshot(): Promise<Snapshot> {
    this.#snapshot ??= this.#watchedSnapshot();
    return this.#snapshot;
  }

  /** From here on `told` hears of every shared view before anything is read through it. */
  watch(told: (snapshot: Snapshot) => Promise<void>): void {
    this.#onSnapshot = told;
  }

  async #watchedSnapshot(): Promise<Snapshot> {
    this.#source ??= this.#door.source();
    const snapshot = await (await this.#source).reads.snapshot(this.#together.view() ?? undefined);
    try {
      await this.#onSnapshot(snapshot);
      return snapshot;
    } catch (error) {
      await snapshot[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A view of the source as it is now; the caller closes it. */
  async freshSnapshot(): Promise<Snapshot> {
    this.#source ??= this.#door.source();
    return (await this.#source).reads.snapshot();
  }

  /** From here on the source is read as it is now, not as it was when the session began. */
  async forgetSnapshot(): Promise<void> {
    const old = this.#snapshot;
    this.#snapshot = null;
    await this.#closeOne(old);
  }

  /** Closes what is open, so that the next use opens it again. */
  async renew(generation: number): Promise<void> {
    if (generation !== this.#generation) return;
    this.#generation += 1;
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #close(): Promise<void> {
    const open = [this.#snapshot, this.#source, this.#targetSystem];
    this.#snapshot = null;
    this.#source = null;
    this.#targetSystem = null;
    for (const pending of open) await this.#closeOne(pending);
  }

  /** A connection that broke cannot always be closed; that must not hide why it broke. */
  async #closeOne(pending: Promise<AsyncDisposable> | null): Promise<void> {
    try {
      await (await pending)?.[Symbol.asyncDispose]();
    } catch (error) {
      this.#log.debug('closing a connection failed', { reason: String(error) });
    }
  }
}
