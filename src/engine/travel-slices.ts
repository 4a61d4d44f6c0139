import { isGodwitError } from '../model/index.ts';
import { lookAhead } from './look-ahead.ts';
import type { ProgressMeter } from './progress.ts';
import type { LookupCache } from './resolve-lookups.ts';
import { retried } from './run-step.ts';
import type { Session, Verdict } from './session.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import type { StepReport } from './step-report.ts';
import { writeSlice } from './write-slice.ts';

export interface Travel {
  readonly session: Session;
  readonly work: SliceWork;
  readonly lookups: LookupCache;
  readonly meter: ProgressMeter;
  readonly slicesPlanned: number;
  /** Slices under way together; one where it is not said. */
  readonly atOnce?: number;
}

export type TravelEnd = Pick<StepReport, 'outcome' | 'paused'>;

/**
 * Takes slices from the list and brings each over, `atOnce` at a time, until all are there, a stop rule says
 * pause, somebody asks to stop, or one fails. Whatever ends it, the slices under way are finished first: it always ends
 * at a slice boundary.
 */
export async function travelSlices(travel: Travel, inputs: readonly SliceInput[]): Promise<TravelEnd> {
  return new Convoy(travel, inputs).travel();
}

/** `#end` is set once, by whoever first sees a reason to end, and read by all before they take another slice. */
class Convoy {
  readonly #travel: Travel;
  readonly #inputs: readonly SliceInput[];
  readonly #startedMs: number;
  #next = 0;
  #end: TravelEnd | null = null;
  #unrecorded = 0;

  constructor(travel: Travel, inputs: readonly SliceInput[]) {
    this.#travel = travel;
    this.#inputs = inputs;
    this.#startedMs = travel.session.clock.elapsedMs();
  }

  async travel(): Promise<TravelEnd> {
    this.#report();
    await this.#judge();
    const { atOnce = 1 } = this.#travel;
    const lanes = await Promise.allSettled(Array.from({ length: atOnce }, async () => this.#lane()));
    const failure = lanes.find((lane) => lane.status === 'rejected');
    // What is in the target is told also when a later slice failed; a defect or a kill tells nobody anything.
    if (!failure || isGodwitError(failure.reason)) await this.#record();
    if (failure) throw failure.reason;
    return this.#end ?? { outcome: 'done', paused: null };
  }

  async #lane(): Promise<void> {
    try {
      for (let input = this.#take(); input; input = this.#take()) await this.#bring(input);
    } catch (error) {
      // The other lanes finish their slice and take no more.
      this.#next = this.#inputs.length;
      throw error;
    }
  }

  #take(): SliceInput | undefined {
    if (this.#end || this.#next >= this.#inputs.length) return undefined;
    if (this.#travel.session.signal.aborted) {
      this.#end = { outcome: 'stopped', paused: null };
      return undefined;
    }
    this.#next += 1;
    return this.#inputs[this.#next - 1];
  }

  async #bring(input: SliceInput): Promise<void> {
    const { session, work, lookups, meter } = this.#travel;
    if (!(await this.#mayTravel(input))) return;
    const brought = await retried(session, async () => writeSlice(session, work, input, lookups));
    if (brought.kind === 'stopped') {
      this.#end ??= { outcome: 'stopped', paused: null };
      return;
    }
    session.crash('between-checkpoint-and-ledger');
    meter.add(brought.result.counts);
    this.#unrecorded += 1;
    if (this.#unrecorded >= session.limits.slicesPerEvent) await this.#record();
    session.crash('after-ledger');
    this.#report();
    await this.#judge();
  }

  /** What nobody may bring over is seen before it is there: the slice then stays behind, whole. */
  async #mayTravel(input: SliceInput): Promise<boolean> {
    const { session, work, lookups } = this.#travel;
    if (session.values === null) return true;
    const looked = await retried(session, async () => lookAhead(session, work, input, lookups));
    if (looked.kind === 'stopped') this.#end ??= { outcome: 'stopped', paused: null };
    else await this.#judge();
    return this.#end === null;
  }

  /** The ledger hears of many slices at once: a durable write for each would cost more than the slice. */
  async #record(): Promise<void> {
    const { session, work, meter, slicesPlanned } = this.#travel;
    const slices = this.#unrecorded;
    if (slices === 0) return;
    this.#unrecorded = 0;
    const body = { slices, slicesApplied: meter.slicesApplied, slicesPlanned, ...meter.counts };
    await session.record({ type: 'engine.slices-applied', run: session.run, step: work.step, body });
  }

  #report(): void {
    this.#travel.session.onProgress(this.#travel.meter.progress());
  }

  async #judge(): Promise<void> {
    const { session, work, meter, slicesPlanned } = this.#travel;
    const verdict: Verdict = await session.judge({
      run: session.run,
      step: work.step,
      object: work.object,
      counts: meter.counts,
      slicesApplied: meter.slicesApplied,
      slicesPlanned,
      elapsedMs: session.clock.elapsedMs() - this.#startedMs,
    });
    if (verdict !== 'go')
      this.#end ??= { outcome: 'paused', paused: { code: verdict.pause, reason: verdict.reason } };
  }
}
