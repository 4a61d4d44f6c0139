import { isGodwitError } from '../model/index.ts';
import { lookAhead } from './look-ahead.ts';
import type { ProgressMeter } from './progress.ts';
import type { LookupCache } from './resolve-lookups.ts';
import { retried } from './run-step.ts';
import type { Session, Verdict } from './session.ts';
import { SliceList, type SliceSupply, type SuppliedSlice } from './slice-supply.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import type { StepReport } from './step-report.ts';

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
  const { session, work, lookups } = travel;
  return travelSupplied(travel, new SliceList(session, work, lookups, inputs));
}

/** The same, wherever the slices come from and whoever else brings some of them. */
export async function travelSupplied(travel: Travel, supply: SliceSupply): Promise<TravelEnd> {
  return new Convoy(travel, supply).travel();
}

/** `#end` is set once, by whoever first sees a reason to end, and read by all before they take another slice. */
class Convoy {
  readonly #travel: Travel;
  readonly #supply: SliceSupply;
  readonly #startedMs: number;
  #failed = false;
  #end: TravelEnd | null = null;
  #recorded: number;

  constructor(travel: Travel, supply: SliceSupply) {
    this.#travel = travel;
    this.#supply = supply;
    this.#startedMs = travel.session.clock.elapsedMs();
    this.#recorded = travel.meter.slicesApplied;
  }

  async travel(): Promise<TravelEnd> {
    this.#report();
    await this.#judge();
    const { atOnce = 1 } = this.#travel;
    const lanes = await Promise.allSettled(Array.from({ length: atOnce }, async () => this.#lane()));
    const failure = lanes.find((lane) => lane.status === 'rejected');
    // What is in the target is told also when a later slice failed; a defect or a kill tells nobody anything.
    if (!failure || isGodwitError(failure.reason)) await this.#close(failure !== undefined);
    if (failure) throw failure.reason;
    return this.#end ?? { outcome: 'done', paused: null };
  }

  async #close(failed: boolean): Promise<void> {
    try {
      await this.#supply.end();
      await this.#count();
    } catch (error) {
      if (!failed || !isGodwitError(error)) throw error;
      this.#travel.session.log.warn('the slices of others could not be waited for', {
        reason: String(error),
      });
    }
    await this.#record();
  }

  async #lane(): Promise<void> {
    try {
      for (let slice = await this.#take(); slice; slice = await this.#take()) await this.#bring(slice);
    } catch (error) {
      // The other lanes finish their slice and take no more.
      this.#failed = true;
      throw error;
    }
  }

  async #take(): Promise<SuppliedSlice | null> {
    if (this.#end || this.#failed) return null;
    const slice = await this.#supply.next({ over: () => this.#over(), look: async () => this.#look() });
    if (slice === null || !this.#over()) return slice;
    await slice.giveBack();
    return null;
  }

  #over(): boolean {
    if (this.#travel.session.signal.aborted) this.#end ??= { outcome: 'stopped', paused: null };
    return this.#end !== null || this.#failed;
  }

  async #bring(slice: SuppliedSlice): Promise<void> {
    const { session, meter } = this.#travel;
    if (!(await this.#mayTravel(slice.input))) {
      await slice.giveBack();
      return;
    }
    const brought = await slice.bring();
    if (brought.kind === 'stopped') this.#end ??= { outcome: 'stopped', paused: null };
    if (brought.kind !== 'done') return;
    session.crash('between-checkpoint-and-ledger');
    if (!(await this.#count())) meter.add(brought.result.counts);
    await this.#recordMany();
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

  /** While others are at work: what they brought is judged like one's own. */
  async #look(): Promise<void> {
    const before = this.#travel.meter.slicesApplied;
    await this.#count();
    if (this.#travel.meter.slicesApplied === before) return;
    await this.#recordMany();
    this.#report();
    await this.#judge();
  }

  /** False where this process alone brings slices, and counts them itself. */
  async #count(): Promise<boolean> {
    const all = await this.#supply.brought();
    if (all !== null) this.#travel.meter.show(all.slices, all.counts);
    return all !== null;
  }

  async #recordMany(): Promise<void> {
    const { session, meter } = this.#travel;
    if (meter.slicesApplied - this.#recorded >= session.limits.slicesPerEvent) await this.#record();
  }

  /** The ledger hears of many slices at once: a durable write for each would cost more than the slice. */
  async #record(): Promise<void> {
    const { session, work, meter, slicesPlanned } = this.#travel;
    const slices = meter.slicesApplied - this.#recorded;
    if (slices === 0) return;
    this.#recorded = meter.slicesApplied;
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
