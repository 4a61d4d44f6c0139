import { addCounts, noRows, type SliceCounts } from '../../src/model/index.ts';
import type { Travelled } from './lane-traveller.ts';

/** What was tried between two systems, and how the records travelled. */
export interface LaneFigures {
  readonly pair: string;
  readonly tables: number;
  /** Which were to go in bulk, and of which records had to be found and kept back. */
  readonly tablesThatCount: number;
  /** Of which at least one slice with records in it travelled whole. */
  readonly tablesInBulk: number;
  /** How the steps themselves say it; why records went one by one is not told here. */
  readonly byLane: Readonly<Record<string, number>>;
  readonly tablesWithBadRecords: number;
  readonly slices: number;
  readonly slicesThatLeftTheLane: number;
  readonly counts: SliceCounts;
  /** Records kept back, by why. */
  readonly byCode: Readonly<Record<string, number>>;
  readonly disagreements: readonly string[];
}

/** Adds up what became of many tables. */
export class LaneTally {
  readonly #pair: string;
  readonly #byLane: Record<string, number> = {};
  readonly #byCode: Record<string, number> = {};
  readonly #disagreements: string[] = [];
  #tables = 0;
  #inBulk = 0;
  #withBad = 0;
  #slices = 0;
  #slicesLeft = 0;
  #counts: SliceCounts = noRows;
  #thatCount = 0;
  #told = 0;

  constructor(pair: string) {
    this.#pair = pair;
  }

  /** So many tables that count, and at least one of which a slice travelled whole. */
  saw(thatCount: number): boolean {
    return this.#thatCount >= thatCount && this.#inBulk > 0;
  }

  add({ report, entries, slicesLeft }: Travelled, disagreements: readonly string[]): void {
    const counts = report.counts ?? noRows;
    const [note = ''] = report.notes;
    const lane = note.startsWith('record by record') ? 'record by record' : note;
    const toGoInBulk = lane === note;
    const inBulk = toGoInBulk && slicesLeft < report.slicesApplied && counts.rowsWritten > 0;
    this.#tables += 1;
    this.#inBulk += inBulk ? 1 : 0;
    this.#withBad += entries.length > 0 ? 1 : 0;
    this.#thatCount += toGoInBulk && entries.length > 0 ? 1 : 0;
    this.#slices += report.slicesApplied;
    this.#slicesLeft += slicesLeft;
    this.#counts = addCounts(this.#counts, counts);
    this.#disagreements.push(...disagreements);
    increase(this.#byLane, lane);
    for (const entry of entries) increase(this.#byCode, String((JSON.parse(entry) as unknown[])[1]));
  }

  /** Those nobody asked for yet. */
  newDisagreements(): readonly string[] {
    const told = this.#told;
    this.#told = this.#disagreements.length;
    return this.#disagreements.slice(told);
  }

  /** A table that did not come through at all. */
  fail(disagreement: string): void {
    this.#tables += 1;
    this.#disagreements.push(disagreement);
  }

  figures(): LaneFigures {
    return {
      pair: this.#pair,
      tables: this.#tables,
      tablesThatCount: this.#thatCount,
      tablesInBulk: this.#inBulk,
      byLane: this.#byLane,
      tablesWithBadRecords: this.#withBad,
      slices: this.#slices,
      slicesThatLeftTheLane: this.#slicesLeft,
      counts: this.#counts,
      byCode: this.#byCode,
      disagreements: this.#disagreements,
    };
  }
}

function increase(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
