import {
  type Brake,
  type OpenSystem,
  OthersWatch,
  pacedSystem,
  ReadPace,
  readingsFor,
  SystemBrake,
} from '../connectors/index.ts';
import type { Clock, Log } from '../host/index.ts';
import type { Protection } from '../model/index.ts';

/** What it needs of a project. */
interface PacedProject {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  targetToRead(): Promise<OpenSystem>;
}

/**
 * Slows down everything that reads the source, from the first profile to the last audit, as `protection` of `godwit.yaml`
 * says. One for a project, whatever the number of connections.
 */
export class SourcePace {
  readonly #pace: ReadPace;
  readonly #others: OthersWatch;
  /** The connection to the source that was opened last. */
  #source: OpenSystem | null = null;

  constructor(project: PacedProject, protection: Protection) {
    const { clock, log, signal } = project;
    this.#others = new OthersWatch(clock, log);
    this.#pace = new ReadPace({
      clock,
      signal,
      budget: protection.source.read ?? null,
      shared: async () => (this.#source === null ? null : this.#others.look(this.#source)),
      brakes: this.#brakesOf(project, protection),
    });
  }

  slow(source: OpenSystem): OpenSystem {
    this.#source = source;
    return pacedSystem(source, this.#pace);
  }

  /** For how long in all it made something wait. */
  get waitedMs(): number {
    return this.#pace.waitedMs;
  }

  /** What it made wait since it was asked last, for people. */
  takeNotes(): readonly string[] {
    return this.#pace.takeNotes();
  }

  #brakesOf(project: PacedProject, { source, target }: Protection): readonly Brake[] {
    const { clock, log } = project;
    let opened: Promise<OpenSystem> | null = null;
    const openTarget = (): Promise<OpenSystem> => {
      opened ??= project.targetToRead();
      opened.catch(() => {
        opened = null;
      });
      return opened;
    };
    const both = [
      { role: 'source', limits: source, system: async () => this.#source },
      { role: 'target', limits: target, system: openTarget },
    ] as const;
    return both.flatMap(({ role, limits, system }) =>
      readingsFor(limits).size === 0 ? [] : [new SystemBrake({ role, limits, system, clock, log })],
    );
  }
}
