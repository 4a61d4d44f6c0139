import type { CompiledTransform, Environment, FieldLookup, Refusal, Scope } from '../expressions/index.ts';
import {
  type BadRecord,
  type ObjectMapping,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type Value,
} from '../model/index.ts';
import { type DuplicateCheck, duplicateChecks } from './duplicate-check.ts';
import { type FitResult, fitResult } from './fit-result.ts';
import { FitTally } from './fit-tally.ts';
import type { KeyCounter } from './key-counter.ts';
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

export interface FitOptions {
  readonly object: ObjectMapping;
  readonly source: Relation;
  readonly target: Relation;
  readonly transform: CompiledTransform;
  readonly lookups: Scope['lookups'];
  /** Will the old record of that object, named by its key, have a new id? */
  readonly known: (object: string, key: RecordKey) => boolean;
  /** Keyed digest for `mask()`; a constant when left out, which is enough unless masked values have to be unique. */
  readonly mask?: (text: string) => string;
  /** Told of every record that fits, so that objects that look it up can be checked. */
  readonly onFit?: (key: RecordKey) => void;
  /** Counters for duplicates, by the target fields they watch; own ones when left out. Share them for two objects with one target. */
  readonly counterFor?: (fields: readonly string[]) => KeyCounter;
  /** Keys remembered for each duplicate check; 8 million (256 MiB at most) when left out. */
  readonly keysMax?: number;
  /** How an example is shown; masked by shape when left out. */
  readonly showExample?: (value: Value, field: string | null) => string;
  readonly examplesMax?: number;
  /** Different unmatched values kept for each value map. */
  readonly distinctMax?: number;
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
    const key = (): RecordKey => this.#keyOf(row);
    for (const record of records) for (const check of this.#duplicates) check.observe(record, key);
    for (const lookup of this.#optionalLookups)
      for (const asked of lookup.keys(row))
        if (!this.#options.known(lookup.object, asked)) tally.refused(key, lostLink(lookup, asked));
    this.#options.onFit?.(key());
  }

  #rejected(row: Row, first: Refusal): void {
    this.#tally.rowsRejected += 1;
    const all = this.#options.transform.refusals(row, this.#environment);
    for (const refusal of all.length > 0 ? all : [first])
      this.#tally.refused(() => this.#keyOf(row), refusal);
  }

  #bad(bad: BadRecord): void {
    this.#tally.rowsBad += 1;
    const refusal = { code: 'source.bad-record', message: bad.code, field: null, value: undefined };
    this.#tally.refused(() => bad.where, refusal, bad.code);
  }

  #keyOf(row: Row): RecordKey {
    return recordKey(this.#identity.map((at) => row[at] ?? null));
  }
}

function lostLink({ object, field }: FieldLookup, asked: RecordKey): Refusal {
  return { code: 'lookup.emptied', message: object, field, value: asked };
}
