import type { Environment, FieldLookup, Refusal, TransformOutcome } from '../expressions/index.ts';
import { type BadRecord, type RecordBatch, type RecordKey, type Row, recordKey } from '../model/index.ts';
import { type DuplicateCheck, duplicateChecks } from './duplicate-check.ts';
import type { FitOptions } from './fit-options.ts';
import { type FitResult, fitResult } from './fit-result.ts';
import { FitTally } from './fit-tally.ts';
import { HeldFields } from './held-fields.ts';
import { maskExample } from './mask-example.ts';
import { placeholderOf } from './placeholder.ts';

/**
 * Every record of a source relation run through its transform, to say before anything is written exactly how many records
 * would be rejected, on which field and why. The caller streams the records; nothing here touches a system.
 *
 * Invariants: 1. every record is counted once as fit, rejected or purged; bad records are counted beside them. 2. of a
 * rejected record, every field that refuses it is counted, not only the first; what the target refuses beyond its fields'
 * types is counted of records that the mapping lets through. 3. memory depends on the limits in the
 * options, not on the number of records, but for the keys of duplicate checks (16 to 24 bytes each, up to `keysMax`).
 */
export function startFit(options: FitOptions): FitCheck {
  return new StreamingFit(options);
}

export interface FitCheck {
  /** There where the target has to be asked about values: to be awaited for every batch before it is observed. */
  ask?(batch: RecordBatch): Promise<void>;
  observe(batch: RecordBatch): void;
  /** Is there anything that only a second look at the records can tell? */
  readonly hasLinks: boolean;
  /**
   * The second pass of a cycle, once every object was tried: counts the links of this object's records that lead nowhere.
   * @param arrived will this record of the object itself be in the target?
   */
  observeLinks(batch: RecordBatch, arrived: (key: RecordKey) => boolean): void;
  result(): FitResult;
}

/** Characters of a text, bytes of bytes: a larger value is moved, but takes several times its size of memory. */
const largeValue = 64 * 1024 ** 2;

class StreamingFit implements FitCheck {
  readonly ask?: (batch: RecordBatch) => Promise<void>;
  readonly #options: FitOptions;
  readonly #environment: Environment;
  readonly #identity: readonly number[];
  readonly #duplicates: readonly DuplicateCheck[];
  readonly #held: HeldFields;
  readonly #tally: FitTally;
  readonly #optionalLookups: readonly FieldLookup[];
  readonly #links: readonly FieldLookup[];
  /** Fields that each name a record by themselves. */
  readonly #naming: readonly { readonly field: string; readonly at: number }[];
  #asked: { readonly batch: RecordBatch; readonly outcomes: readonly TransformOutcome[] } | null = null;

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
    this.#held = new HeldFields(options);
    if (this.#held.asks) this.ask = async (batch) => this.#ask(batch);
    this.#tally = new FitTally(
      options.examplesMax ?? 5,
      options.distinctMax ?? 1000,
      options.showExample ?? maskExample,
    );
    const unique = options.target.uniques.flatMap(({ fields }) => (fields.length === 1 ? fields : []));
    this.#naming = transform.targetFields.flatMap((field, at) =>
      unique.includes(field) ? [{ field, at }] : [],
    );
    const later = options.later ?? new Set();
    const now = transform.lookups.filter(({ object }) => !later.has(object));
    this.#optionalLookups = now.filter(({ optional }) => optional);
    this.#links = transform.lookups.filter(({ object, field }) => later.has(object) && field !== null);
  }

  get hasLinks(): boolean {
    return this.#links.length > 0;
  }

  observe(batch: RecordBatch): void {
    // What was asked about is not computed twice.
    const outcomes = this.#asked?.batch === batch ? this.#asked.outcomes : null;
    this.#asked = null;
    for (const [at, row] of batch.rows.entries())
      this.#record(row, outcomes?.[at] ?? this.#options.transform.apply(row, this.#environment));
    for (const bad of batch.bad) this.#bad(bad);
  }

  observeLinks(batch: RecordBatch, arrived: (key: RecordKey) => boolean): void {
    for (const row of batch.rows) if (arrived(this.#keyOf(row))) this.#linksOf(row);
  }

  result(): FitResult {
    const { object, source, target } = this.#options;
    return fitResult({ object, source, target, tally: this.#tally, duplicates: this.#duplicates });
  }

  async #ask(batch: RecordBatch): Promise<void> {
    const outcomes = batch.rows.map((row) => this.#options.transform.apply(row, this.#environment));
    await this.#held.ask(outcomes.flatMap((one) => (one.kind === 'records' ? one.rows : [])));
    this.#asked = { batch, outcomes };
  }

  #record(row: Row, outcome: TransformOutcome): void {
    const tally = this.#tally;
    tally.rowsRead += 1;
    if (outcome.kind === 'purged') tally.purged(outcome.rule, outcome.reason);
    else if (outcome.kind === 'rejected') {
      const { code, message, field } = outcome;
      this.#rejected(row, { code, message, field, value: undefined });
    } else {
      const refusals = this.#held.refusals(outcome.rows);
      if (refusals.length === 0) this.#fits(row, outcome.rows);
      else this.#refused(row, refusals);
    }
  }

  #fits(row: Row, records: readonly Row[]): void {
    const tally = this.#tally;
    tally.rowsFit += 1;
    tally.recordsOut += records.length;
    const key = (): string => this.#shownKey(row);
    for (const record of records) {
      this.#largeValues(record, key);
      for (const { field, at } of this.#naming) tally.longer(field, record[at] ?? null);
    }
    let repeats = false;
    for (const [at, record] of records.entries())
      for (const check of this.#duplicates) repeats = check.observe(record, row, at, key) || repeats;
    for (const lookup of this.#optionalLookups)
      for (const asked of lookup.keys(row))
        if (!this.#options.known(lookup.object, asked)) tally.refused(key, lostLink(lookup, asked));
    if (!repeats || this.#options.object.mode === 'upsert') this.#options.onFit?.(this.#keyOf(row));
  }

  #largeValues(record: Row, key: () => string): void {
    for (const [at, value] of record.entries()) {
      if (!(typeof value === 'string' || value instanceof Uint8Array) || value.length <= largeValue) continue;
      const field = this.#options.transform.targetFields[at] ?? null;
      const size = `${Math.round(value.length / 1024 ** 2)} MiB`;
      this.#tally.refused(key, { code: 'fit.large-value', message: size, field, value: undefined }, size);
    }
  }

  /** One refusal for each record and field, as everywhere, however many keys it asks for. */
  #linksOf(row: Row): void {
    const told = new Set<string | null>();
    for (const lookup of this.#links) {
      const lost = lookup.keys(row).find((asked) => !this.#options.known(lookup.object, asked));
      if (lost === undefined || told.has(lookup.field)) continue;
      told.add(lookup.field);
      this.#tally.refused(
        () => this.#shownKey(row),
        lookup.optional ? lostLink(lookup, lost) : noNewId(lookup),
      );
    }
  }

  #rejected(row: Row, first: Refusal): void {
    const all = this.#options.transform.refusals(row, this.#environment);
    this.#refused(row, all.length > 0 ? all : [first]);
  }

  #refused(row: Row, refusals: readonly Refusal[]): void {
    this.#tally.rowsRejected += 1;
    for (const refusal of refusals) this.#tally.refused(() => this.#shownKey(row), refusal);
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

function noNewId({ object, field }: FieldLookup): Refusal {
  return { code: 'value.no-new-id', message: object, field, value: undefined };
}

function lostLink({ object, field }: FieldLookup, asked: RecordKey): Refusal {
  return { code: 'fit.link-lost', message: object, field, value: asked };
}
