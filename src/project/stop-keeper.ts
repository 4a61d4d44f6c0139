import type { Judge, Observed, Verdict } from '../engine/index.ts';
import { isGodwitError, type RunbookStep } from '../model/index.ts';
import {
  evaluateStopRules,
  isLifted,
  type LiftedStop,
  type Observation,
  ruleName,
  type StopReason,
} from '../runbook/index.ts';
import { drilledRestore } from './drilled-restore.ts';
import { FieldWatch } from './field-watch.ts';
import type { Project } from './project.ts';
import { stopInWords } from './run-statements.ts';
import { bringStop, lastStopMark, runStops } from './run-stops.ts';
import type { SystemWatch } from './system-watch.ts';
import type { World } from './world.ts';

/** How often a running process looks whether somebody asked it to stop, and whether time is up. */
const lookEveryMs = 500;

interface KeptStep {
  readonly id: string;
  readonly rehearsedMs: number | null;
  readonly beganMs: number;
  /** Of the pace of reading, when the step began. */
  readonly waitedMs: number;
  readonly writes: boolean;
}

/**
 * Holds a run against the rules that were signed for it. The first rule that speaks is kept in `spoke` and ends the run at
 * the next safe place.
 *
 * Invariants: 1. rules come from the runbook in memory, whose bytes were approved: what is written into a file meanwhile
 * switches none off. 2. rules about records are asked between slices; those about time and people also while something long
 * is under way. 3. what held a live run is in the ledger before the run lets go of it.
 */
export class StopKeeper implements AsyncDisposable {
  readonly #project: Project;
  readonly #world: World;
  readonly #live: boolean;
  /** What the systems say of themselves; null where nobody agreed on a rule about it. */
  readonly #systems: SystemWatch | null;
  /** What was seen of values before they travelled; null where nobody agreed on a rule about them. */
  readonly values: FieldWatch | null;
  readonly #lifted: readonly LiftedStop[];
  readonly #asked = new AbortController();
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  #mark: string | null;
  #step: KeptStep | null = null;
  #spoke: StopReason | null = null;

  constructor(project: Project, world: World, systems: SystemWatch | null = null) {
    this.#project = project;
    this.#world = world;
    this.#systems = systems;
    this.values = FieldWatch.of(world.runbook.stopRules);
    this.#live = world.warrant.content.world === 'live';
    this.#mark = lastStopMark(project);
    this.#lifted = this.#live ? runStops(project, world.runbook).lifted : [];
    this.#watching = this.#watch();
  }

  /** Ends the work under way at the next safe place: Ctrl-C, or a rule that could not wait for the end of a slice. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.#project.signal, this.#asked.signal]);
  }

  get spoke(): StopReason | null {
    return this.#spoke;
  }

  /** The step in which a rule spoke is to be taken back. Who stops by hand, or waits for a window or a signature, keeps what is there. */
  get takesBack(): boolean {
    const begun = !this.#waits && this.#spoke?.code !== 'runbook.stop-point';
    return this.#world.runbook.stopRules.action === 'roll-back' && begun;
  }

  get #waits(): boolean {
    const code = this.#spoke?.code;
    return code === 'runbook.stop-person' || code === 'runbook.stop-window' || code === 'runbook.stop-unseen';
  }

  /** Before anything of a step is done. */
  begin({ id, rehearsedMs, rollback }: RunbookStep): void {
    const beganMs = this.#project.clock.elapsedMs();
    const { waitedMs } = this.#project.pace;
    this.#step = { id, rehearsedMs, beganMs, waitedMs, writes: rollback !== null };
    this.#systems?.beginStep();
    this.values?.beginStep();
    this.look(this.#live ? drilledRestore(this.#project, this.#world.runbook) : {});
  }

  /** Before a hard stop: what holds the run there; null when somebody has signed for exactly what is to be seen. */
  holdAt(shown: StopReason): StopReason | null {
    const stop = { step: this.#step?.id ?? null, rule: ruleName(shown), observed: shown.observed };
    if (!isLifted(stop, this.#lifted)) this.#spoke ??= shown;
    return this.#spoke;
  }

  readonly judge: Judge = ({ counts }: Observed): Verdict => {
    this.#lookForPerson();
    const reason = this.look(counts);
    return reason ? { pause: reason.code, reason: reason.reason } : 'go';
  };

  /** Why the run may not go on, now that this was seen; null when it may. */
  look(seen: Omit<Observation, 'now' | 'step' | 'systems' | 'fields'>): StopReason | null {
    const { clock, pace } = this.#project;
    const { stopRules: agreed } = this.#world.runbook;
    // The window is for writing into the live target.
    const rules = this.#live && this.#step?.writes !== false ? agreed : { ...agreed, window: null };
    const step = this.#step && {
      id: this.#step.id,
      rehearsedMs: this.#step.rehearsedMs,
      // Time in which the source was spared is no slowness of the step.
      elapsedMs: clock.elapsedMs() - this.#step.beganMs - (pace.waitedMs - this.#step.waitedMs),
    };
    const systems = this.#systems?.seen ?? [];
    const now = { now: clock.now(), systems, fields: this.values?.seen ?? [], ...(step && { step }) };
    this.#spoke ??= evaluateStopRules(rules, { ...seen, ...now }, this.#lifted)[0] ?? null;
    return this.#spoke;
  }

  /** The same, once the systems have said anew how they are. */
  async lookAnew(seen: Omit<Observation, 'now' | 'step' | 'systems' | 'fields'>): Promise<StopReason | null> {
    await this.#systems?.look();
    return this.look(seen);
  }

  /**
   * Puts into the ledger what held the run. A person's stop is there already; outside its window, or blind, a run only waits.
   *
   * @param reason in words for people
   */
  async record(reason: string): Promise<void> {
    const spoke = this.#spoke;
    if (spoke === null || this.#waits || !this.#live) return;
    const { run, runbookId } = this.#world;
    const { observed } = spoke;
    const body = { run, runbook: runbookId, step: this.#step?.id ?? null, rule: ruleName(spoke), observed };
    const ledger = this.#project.ledger();
    ledger.append([{ type: 'run-held', actor: 'godwit', body: { ...body, reason } }]);
    await ledger.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.#project;
    const { signal } = this.#over;
    while (!signal.aborted && !this.#asked.signal.aborted) {
      try {
        await clock.sleep(lookEveryMs, signal);
      } catch {
        return;
      }
      try {
        if (this.#live) await bringStop(this.#project);
        this.#lookForPerson();
        if (this.#step !== null && this.look({}) !== null) this.#ask();
      } catch (error) {
        if (!isGodwitError(error)) throw error;
        log.warn('it could not be seen whether somebody asked to stop', { code: error.code });
      }
    }
  }

  /** Nobody waits hours for calls to come to the next safe place, unless the step has to be taken back, which needs calls. */
  #ask(): void {
    this.#asked.abort();
    if (!this.takesBack) this.#project.waits.giveUp(this.#asked.signal.reason);
  }

  #lookForPerson(): void {
    if (!this.#live) return;
    const mark = lastStopMark(this.#project);
    if (mark === this.#mark) return;
    const { standing } = runStops(this.#project, this.#world.runbook);
    const stop = standing.findLast(({ rule }) => rule === 'runbook.stop-person');
    this.#mark = mark;
    if (!stop) return;
    const { observed } = stop;
    this.#spoke ??= { code: 'runbook.stop-person', reason: stopInWords(stop), observed };
  }
}
