import type { Environment, FieldLookup, Refusal } from '../expressions/index.ts';
import { type BadRecord, type RecordBatch, type RecordKey, type Row, recordKey } from '../model/index.ts';
import { type DuplicateCheck, duplicateChecks } from './duplicate-check.ts';
import type { FitOptions } from './fit-options.ts';
import { type FitResult, fitResult } from './fit-result.ts';
import { FitTally } from './fit-tally.ts';
import { maskExample } from './mask-example.ts';
import { placeholderOf } from './placeholder.ts';

/**
 * Every record of a source relation run through its transform, to say before anything is written exactly how many records
 * would be rejected, on which field and why. The caller streams the records; nothing here touches a system.
 *
 * Invariants: 1. every record is counted once as fit, rejected or purged; bad records are counted beside them. 2. of a
 * rejected record, every field that refuses it is counted, not only the first. 3. memory depends on the limits in the
 * options, not on the number of records, but for the keys of duplicate checks (16 to 24 bytes each, up to `keysMax`).
 */
export function startFit(options: FitOptions): FitCheck {
  return new StreamingFit(options);
}

export interface FitCheck {
  observe(batch: RecordBatch): void;
  result(): FitResult;
}

class StreamingFit implements FitCheck {
  readonly #options: FitOptions;
  readonly #environment: Environment;
  readonly #identity: readonly number[];
  readonly #duplicates: readonly DuplicateCheck[];
  readonly #tally: FitTally;
  readonly #optionalLookups: readonly FieldLookup[];

  constructor(options: FitOptions) {
    const { lookups, known, transform, source, mask = () => '0'.repeat(64) } = options;
    const ids = new Map(Array.from(lookups, ([object, { id }]) => [object, placeholderOf(id)]));
    this.#options = options;
    this.#environment = {
      lookup: (object, key) => (known(object, key) ? ids.get(object) : undefined),
      mask,
    };
    this.#identity = source.identity.map((name) => source.fields.findIndex((field) => field.name === name));
    this.#duplicates = duplicateChecks(options);
    this.#tally = new FitTally(
      options.examplesMax ?? 5,
      options.distinctMax ?? 1000,
      options.showExample ?? maskExample,
    );
    this.#optionalLookups = transform.lookups.filter(({ optional }) => optional);
  }

  observe(batch: RecordBatch): void {
    for (const row of batch.rows) this.#record(row);
    for (const bad of batch.bad) this.#bad(bad);
  }

  result(): FitResult {
    const { object, source, target } = this.#options;
    return fitResult({ object, source, target, tally: this.#tally, duplicates: this.#duplicates });
  }

  #record(row: Row): void {
    const tally = this.#tally;
    tally.rowsRead += 1;
    const outcome = this.#options.transform.apply(row, this.#environment);
    if (outcome.kind === 'purged') tally.purged(outcome.rule, outcome.reason);
    else if (outcome.kind === 'rejected') {
      const { code, message, field } = outcome;
      this.#rejected(row, { code, message, field, value: undefined });
    } else this.#fits(row, outcome.rows);
  }

  #fits(row: Row, records: readonly Row[]): void {
    const tally = this.#tally;
    tally.rowsFit += 1;
    tally.recordsOut += records.length;
    const key = (): string => this.#shownKey(row);
    for (const record of records) for (const check of this.#duplicates) check.observe(record, row, key);
    for (const lookup of this.#optionalLookups)
      for (const asked of lookup.keys(row))
        if (!this.#options.known(lookup.object, asked)) tally.refused(key, lostLink(lookup, asked));
    this.#options.onFit?.(this.#keyOf(row));
  }

  #rejected(row: Row, first: Refusal): void {
    this.#tally.rowsRejected += 1;
    const all = this.#options.transform.refusals(row, this.#environment);
    for (const refusal of all.length > 0 ? all : [first])
      this.#tally.refused(() => this.#shownKey(row), refusal);
  }

  #bad(bad: BadRecord): void {
    this.#tally.rowsBad += 1;
    const refusal = { code: 'fit.bad-record', message: bad.code, field: null, value: undefined };
    this.#tally.refused(() => bad.where, refusal, bad.code);
  }

  #shownKey(row: Row): string {
    const key = this.#keyOf(row);
    return this.#options.showKey?.(key) ?? key;
  }

  #keyOf(row: Row): RecordKey {
    return recordKey(this.#identity.map((at) => row[at] ?? null));
  }
}

function lostLink({ object, field }: FieldLookup, asked: RecordKey): Refusal {
  return { code: 'fit.link-lost', message: object, field, value: asked };
}
