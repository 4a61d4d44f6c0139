import type { RecordKey } from '../model/index.ts';

/** A record worth looking at, and why. */
export interface AwkwardRecord {
  readonly key: RecordKey;
  /** What is special about it: `longest notes`, `blank name`, `orphan company_id`. */
  readonly why: string;
}

/** For each reason the first few records that have it. */
export class PickedRecords {
  readonly #perReason: number;
  readonly #picked = new Map<string, RecordKey[]>();

  constructor(perReason: number) {
    this.#perReason = perReason;
  }

  /** @param key called only when the record is picked */
  add(why: string, key: () => RecordKey): void {
    const keys = this.#picked.get(why);
    if (keys === undefined) this.#picked.set(why, [key()]);
    else if (keys.length < this.#perReason) {
      const text = key();
      if (!keys.includes(text)) keys.push(text);
    }
  }

  /** One record for every reason before a second for any, at most `max`. */
  list(max: number): AwkwardRecord[] {
    const records: AwkwardRecord[] = [];
    for (let place = 0; place < this.#perReason; place += 1) {
      for (const [why, keys] of this.#picked) {
        const key = keys[place];
        if (key !== undefined) records.push({ key, why });
      }
    }
    return records.slice(0, max);
  }
}
