import type { Clock } from '../host/index.ts';
import { addCounts, noRows, type SliceCounts } from '../model/index.ts';

/** Where a step is. The counts are what the target says; what is under way is not in them. */
export interface Progress {
  readonly run: string;
  readonly step: string;
  readonly object: string;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  readonly rowsPurged: number;
  /** Source records when the step was planned; decimal digits. */
  readonly rowsSource: string;
  readonly slicesApplied: number;
  readonly slicesPlanned: number;
  /** Source records a second, over the last slices of this process; null until one is done. */
  readonly rowsPerSecond: number | null;
  readonly remainingMs: number | null;
}

/** How many finished slices the rate is taken over: enough to be calm, few enough to notice a change. */
const samplesMax = 20;

/** Adds up what the target said, slice by slice. */
export class ProgressMeter {
  readonly #base: Pick<Progress, 'run' | 'step' | 'object' | 'rowsSource' | 'slicesPlanned'>;
  readonly #clock: Clock;
  readonly #before: { readonly counts: SliceCounts; readonly slices: number };
  #counts: SliceCounts = noRows;
  #slicesApplied = 0;
  readonly #samples: { readonly atMs: number; readonly rowsRead: number }[] = [];

  constructor(
    base: Pick<Progress, 'run' | 'step' | 'object' | 'rowsSource' | 'slicesPlanned'>,
    before: readonly SliceCounts[],
    clock: Clock,
  ) {
    this.#base = base;
    this.#clock = clock;
    this.#counts = before.reduce(addCounts, noRows);
    this.#slicesApplied = before.length;
    this.#before = { counts: this.#counts, slices: before.length };
    this.#sample();
  }

  get counts(): SliceCounts {
    return this.#counts;
  }

  get slicesApplied(): number {
    return this.#slicesApplied;
  }

  add(counts: SliceCounts): void {
    this.#counts = addCounts(this.#counts, counts);
    this.#slicesApplied += 1;
    this.#sample();
  }

  /** What was brought since the meter began, by whoever it was. */
  show(slices: number, counts: SliceCounts): void {
    this.#counts = addCounts(this.#before.counts, counts);
    this.#slicesApplied = this.#before.slices + slices;
    this.#sample();
  }

  progress(): Progress {
    const rowsPerSecond = this.#rate();
    const rowsLeft = Math.max(0, Number(this.#base.rowsSource) - this.#counts.rowsRead);
    return {
      ...this.#base,
      ...this.#counts,
      slicesApplied: this.#slicesApplied,
      rowsPerSecond,
      remainingMs: rowsPerSecond ? Math.round((rowsLeft / rowsPerSecond) * 1000) : null,
    };
  }

  #sample(): void {
    this.#samples.push({ atMs: this.#clock.elapsedMs(), rowsRead: this.#counts.rowsRead });
    if (this.#samples.length > samplesMax) this.#samples.shift();
  }

  #rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.atMs <= first.atMs) return null;
    return ((last.rowsRead - first.rowsRead) / (last.atMs - first.atMs)) * 1000;
  }
}
