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
  readonly #refused: RefusedRecord[] = [];
  readonly #waitingKeys = new Set<string>();
  #waiting: WriteRecord[] = [];

  constructor(file: SqliteFile, seal: Seal, write: SliceWrite, plan: WritePlan) {
    this.#file = file;
    this.#write = write;
    this.#records = new PlaceRecords(file, seal, write, plan);
    this.#dangling = new DanglingReferences(file, write);
  }

  add(record: WriteRecord): void {
    const behind = this.#waitingKeys.size > 0 && this.#waitingKeys.has(this.#keyOf(record.row));
    const outcome = behind ? 'waits' : this.#attempt(record, true);
    if (outcome === 'waits') this.#wait(record);
    else if (outcome !== null) this.#refused.push(refused(record, outcome));
  }

  /** Lets the waiting ones try again until none gets further. */
  finish(): { readonly placed: readonly PlacedRecord[]; readonly refused: readonly RefusedRecord[] } {
    for (let before = -1; before !== this.#waiting.length; ) {
      before = this.#waiting.length;
      const trying = this.#waiting;
      this.#waiting = [];
      this.#waitingKeys.clear();
      for (const record of trying) this.add(record);
    }
    for (let together = this.#waiting; together.length > 0; ) together = this.#placeTogether(together);
    return { placed: this.#records.finish(), refused: this.#refused };
  }

  /** In an upsert the later record with the same key wins, so it waits behind the earlier one. */
  #wait(record: WriteRecord): void {
    this.#waiting.push(record);
    if (this.#write.mode !== 'insert') this.#waitingKeys.add(this.#keyOf(record.row));
  }

  #keyOf(row: Row): string {
    return recordKey(this.#write.key.map((name) => row[this.#write.fields.indexOf(name)] ?? null));
  }

  /** Null when the record is in. */
  #attempt(record: WriteRecord, mayWait: boolean): Refusal | 'waits' | null {
    try {
      if (mayWait && this.#dangling.deferredOf(record) !== null) return 'waits';
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
  #placeTogether(records: readonly WriteRecord[]): WriteRecord[] {
    const forget = this.#records.mark();
    this.#file.run('SAVEPOINT godwit_together');
    const outcomes = records.map((record) => this.#attempt(record, false));
    const torn = new Map<WriteRecord, Refusal>();
    for (const [at, record] of records.entries()) {
      const reference =
        outcomes[at] === 'waits' ? this.#dangling.of(record) : this.#dangling.deferredOf(record);
      if (reference !== null) torn.set(record, referenceRefusal(reference));
      else if (outcomes[at] === 'waits') torn.set(record, unnamedReference);
    }
    if (torn.size > 0) {
      this.#file.run('ROLLBACK TO godwit_together');
      forget();
    }
    this.#file.run('RELEASE godwit_together');
    const last = torn.size === 0;
    for (const [at, record] of records.entries()) {
      const outcome = torn.get(record) ?? (last ? outcomes[at] : null);
      if (outcome && outcome !== 'waits') this.#refused.push(refused(record, outcome));
    }
    return last ? [] : records.filter((record) => !torn.has(record));
  }
}

/** A change of this record would tear a reference of others. */
const unnamedReference: Refusal = {
  code: 'target.foreign-key',
  message: 'FOREIGN KEY constraint failed: records that are there refer to what this one would change',
  field: null,
  constraint: null,
};
