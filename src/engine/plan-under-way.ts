import type { SlicePlan } from './journal/journal.ts';

/** A plan, and for slices of which size it was made. */
export interface PlannedAhead {
  readonly rowsPerSlice: number;
  readonly plan: SlicePlan;
}

interface UnderWay {
  readonly step: string;
  readonly generation: number;
  readonly planned: Promise<PlannedAhead | null>;
}

/**
 * The plan that a session makes for its next copy while the present one travels (`plan-ahead.ts`).
 *
 * Invariants: 1. at most one is being made. 2. a failure is none of anybody's: the step plans again and tells. 3. after `end`
 * nothing is under way.
 */
export class PlanUnderWay {
  #underWay: UnderWay | null = null;

  /** @param generation of the connections through which it is made */
  begin(step: string, generation: number, make: () => Promise<PlannedAhead | null>): void {
    if (this.#underWay !== null) return;
    this.#underWay = { step, generation, planned: make().catch(() => null) };
  }

  /** The plan, once; null where none was made for this step, or through connections that are gone. */
  async take(step: string, generation: number): Promise<PlannedAhead | null> {
    const made = this.#underWay;
    this.#underWay = null;
    const planned = await made?.planned;
    return made?.step === step && made.generation === generation ? (planned ?? null) : null;
  }

  async end(): Promise<void> {
    await this.#underWay?.planned;
  }
}
