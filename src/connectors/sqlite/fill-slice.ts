import type { Seal, SqliteFile } from '../../host/index.ts';
import { type Row, recordKey } from '../../model/index.ts';
import type { RefusedRecord, SliceWrite, WriteRecord } from '../port.ts';
import { DanglingReferences } from './dangling-references.ts';
import { Unstorable } from './encode-values.ts';
import { isDriverError, sqliteFault } from './faults.ts';
import { type PlacedRecord, PlaceRecords } from './place-records.ts';
import {
  foreignKeyCode,
  isRuleBroken,
  type Refusal,
  referenceRefusal,
  refusalFor,
  refused,
} from './refusals.ts';
import type { WritePlan } from './write-plan.ts';

/**
 * Fills one slice. A record whose reference leads nowhere yet waits until the rest is in: its parent may come after it, and
 * until then it must not stand in the way of others. What still leads nowhere at the end is refused by name; records that
 * refer to each other in a ring go in together where their references may wait for the commit.
 */
export class FillSlice {
  readonly #file: SqliteFile;
  readonly #write: SliceWrite;
  readonly #records: PlaceRecords;
  readonly #dangling: DanglingReferences;
  readonly #refused: { readonly arrival: number; readonly record: RefusedRecord }[] = [];
  readonly #waitingKeys = new Set<string>();
  #waiting: Arrival[] = [];
  #arrived = 0;

  constructor(file: SqliteFile, seal: Seal, write: SliceWrite, plan: WritePlan) {
    this.#file = file;
    this.#write = write;
    this.#records = new PlaceRecords(file, seal, write, plan);
    this.#dangling = new DanglingReferences(file, write);
  }

  add(record: WriteRecord): void {
    this.#take({ arrival: this.#arrived, record });
    this.#arrived += 1;
  }

  /** Lets the waiting ones try again until none gets further. Refused records are given in the order in which they came. */
  finish(): { readonly placed: readonly PlacedRecord[]; readonly refused: readonly RefusedRecord[] } {
    for (let before = -1; before !== this.#waiting.length; ) {
      before = this.#waiting.length;
      const trying = this.#backwards();
      this.#waiting = [];
      this.#waitingKeys.clear();
      for (const arrived of trying) this.#take(arrived, true);
    }
    for (let together = this.#waiting; together.length > 0; ) together = this.#placeTogether(together);
    const inOrder = [...this.#refused].sort((a, b) => a.arrival - b.arrival);
    return { placed: this.#records.finish(), refused: inOrder.map(({ record }) => record) };
  }

  /**
   * The last first: in a chain in which each record refers to the next one, a pass forwards would place a single record. Not
   * where two have the same key, for the later must win.
   */
  #backwards(): Arrival[] {
    const sameKeys = this.#write.mode !== 'insert' && this.#waitingKeys.size < this.#waiting.length;
    return sameKeys ? this.#waiting : this.#waiting.toReversed();
  }

  #take(arrived: Arrival, again = false): void {
    const { record } = arrived;
    const behind = this.#waitingKeys.size > 0 && this.#waitingKeys.has(this.#keyOf(record.row));
    const outcome = behind ? 'waits' : this.#attempt(record, again ? 'all' : 'deferred');
    if (outcome === 'waits') this.#wait(arrived);
    else if (outcome !== null) this.#refuse(arrived, outcome);
  }

  #refuse({ arrival, record }: Arrival, refusal: Refusal): void {
    this.#refused.push({ arrival, record: refused(record, refusal) });
  }

  /** In an upsert the later record with the same key wins, so it waits behind the earlier one. */
  #wait(arrived: Arrival): void {
    this.#waiting.push(arrived);
    if (this.#write.mode !== 'insert') this.#waitingKeys.add(this.#keyOf(arrived.record.row));
  }

  #keyOf(row: Row): string {
    return recordKey(this.#write.key.map((name) => row[this.#write.fields.indexOf(name)] ?? null));
  }

  /** Null when the record is in. At first only references that SQLite would not look at yet are looked up. */
  #attempt(record: WriteRecord, lookUp: 'deferred' | 'all' | 'none'): Refusal | 'waits' | null {
    try {
      if (lookUp === 'deferred' && this.#dangling.deferredOf(record) !== null) return 'waits';
      if (lookUp === 'all' && this.#dangling.of(record) !== null) return 'waits';
      return this.#records.place(record);
    } catch (error) {
      if (error instanceof Unstorable)
        return { code: 'target.type', message: error.message, field: error.field, constraint: null };
      return this.#refusal(error);
    }
  }

  /** A driver's error that is about the record; every other one ends the slice. */
  #refusal(error: unknown): Refusal | 'waits' {
    const { relation } = this.#write;
    if (!isDriverError(error)) throw error;
    if (isRuleBroken(error) && !this.#file.inTransaction) throw sqliteFault.rolledBack(relation.name, error);
    if (error.errcode === foreignKeyCode) return 'waits';
    const refusal = refusalFor(error, relation);
    if (refusal === null) throw error;
    return refusal;
  }

  /** All of them in, or those named that still lead nowhere, and the others to try again without them. */
  #placeTogether(arrivals: readonly Arrival[]): Arrival[] {
    const forget = this.#records.mark();
    this.#file.run('SAVEPOINT godwit_together');
    const outcomes = arrivals.map(({ record }) => this.#attempt(record, 'none'));
    const torn = arrivals.map(({ record }, at) => this.#torn(record, outcomes[at] ?? null));
    const last = torn.every((refusal) => refusal === null);
    if (!last) {
      this.#file.run('ROLLBACK TO godwit_together');
      forget();
    }
    this.#file.run('RELEASE godwit_together');
    for (const [at, arrived] of arrivals.entries()) {
      const outcome = last ? outcomes[at] : torn[at];
      if (outcome && outcome !== 'waits') this.#refuse(arrived, outcome);
    }
    return last ? [] : arrivals.filter((_arrived, at) => torn[at] === null);
  }

  /** The reference for which the record cannot stay, now that all others are in; whatever else speaks against it too. */
  #torn(record: WriteRecord, outcome: Refusal | 'waits' | null): Refusal | null {
    const reference = outcome === null ? this.#dangling.deferredOf(record) : this.#dangling.of(record);
    if (reference !== null) return referenceRefusal(reference);
    return outcome === 'waits' ? unnamedReference : null;
  }
}

interface Arrival {
  readonly arrival: number;
  readonly record: WriteRecord;
}

/** A change of this record would tear a reference of others. */
const unnamedReference: Refusal = {
  code: 'target.foreign-key',
  message: 'FOREIGN KEY constraint failed: records that are there refer to what this one would change',
  field: null,
  constraint: null,
};
