import type {
  DuplicateProfile,
  FieldProfile,
  RecordBatch,
  Relation,
  RelationProfile,
  Row,
  Value,
} from '../model/index.ts';
import { FieldProfiler } from './field-profiler.ts';
import { duplicateProfile } from './find-duplicates.ts';
import { KeyStore } from './key-store.ts';
import { chooseNaturalKeys, keyText, type NaturalKey } from './natural-keys.ts';
import { isPersonalField, isPersonalValue } from './personal-field.ts';
import { type ProfileOptions, resolveOptions } from './profile-options.ts';
import { SpillFile } from './spill-file.ts';

/**
 * What the records of one relation are like, in one pass and in bounded memory. The same records in the same order give the
 * same bytes. References to other relations are looked at by `profileSystem`.
 */
export async function profileRelation(
  batches: AsyncIterable<RecordBatch>,
  relation: Relation,
  options: ProfileOptions,
): Promise<RelationProfile> {
  using spill = new SpillFile(options.temporaryFolder);
  const profiler = new RelationProfiler(relation, options, spill, []);
  for await (const batch of batches) {
    options.signal?.throwIfAborted();
    profiler.add(batch);
    options.onProgress?.({ relation: relation.name, rowsRead: profiler.rows });
  }
  return profiler.profile();
}

/** Key values of some fields, kept for a question that is asked when all records were seen. */
export interface KeptFields {
  readonly fields: readonly string[];
  readonly store: KeyStore;
}

interface WatchedKey {
  readonly key: NaturalKey;
  readonly store: KeyStore;
  readonly places: readonly number[];
}

const sampleRows = 200;

/** Gathers what is told about one relation, batch by batch. */
export class RelationProfiler {
  readonly #relation: Relation;
  readonly #options: ProfileOptions;
  readonly #spill: SpillFile;
  readonly #fields: readonly { readonly name: string; readonly profiler: FieldProfiler }[];
  readonly #kept: readonly KeptFields[];
  readonly #waiting: RecordBatch[] = [];
  #watched: WatchedKey[] | null = null;
  #bad = 0;
  rows = 0;

  constructor(relation: Relation, options: ProfileOptions, spill: SpillFile, kept: readonly KeptFields[]) {
    const fields = relation.fields.filter(({ synthetic }) => !synthetic);
    const resolved = resolveOptions(options, fields.length);
    this.#relation = relation;
    this.#options = options;
    this.#spill = spill;
    this.#kept = kept;
    this.#fields = fields.map((field) => ({
      name: field.name,
      profiler: new FieldProfiler(relation.name, field, resolved),
    }));
  }

  /** The first records are held back until there are enough to choose keys from, whatever the size of batches. */
  add(batch: RecordBatch): void {
    this.rows += batch.rows.length + batch.bad.length;
    this.#bad += batch.bad.length;
    if (this.#watched !== null) {
      this.#take(batch, this.#watched);
      return;
    }
    this.#waiting.push(batch);
    if (this.rows >= sampleRows) this.#begin();
  }

  #begin(): void {
    const waiting = this.#waiting.splice(0);
    const sample = waiting.flatMap(({ rows }) => rows).slice(0, sampleRows);
    this.#watched = this.#watch(waiting[0]?.fields ?? [], sample);
    for (const batch of waiting) this.#take(batch, this.#watched);
  }

  #take(batch: RecordBatch, watched: readonly WatchedKey[]): void {
    const { fields: names, rows, bad } = batch;
    for (const { name, profiler } of this.#fields) profiler.addColumn(rows, names.indexOf(name));
    for (const { key, store, places } of watched) addKeys(store, rows, places, key.folded);
    for (const { fields, store } of this.#kept) {
      addKeys(
        store,
        rows,
        fields.map((field) => names.indexOf(field)),
        false,
      );
    }
    for (const record of bad) {
      const field = this.#fields.find(({ name }) => name === record.field);
      field?.profiler.addWrongType(Buffer.from(record.original).toString('utf8'));
    }
  }

  profile(): RelationProfile {
    if (this.#watched === null) this.#begin();
    const fields = this.#fields.map(({ profiler }) => profiler.profile());
    return {
      relation: this.#relation.name,
      rows: String(this.rows),
      badRecords: String(this.#bad),
      fields,
      duplicates: this.#duplicates(fields),
      orphans: [],
    };
  }

  /** Chosen from the first records, so that no column is kept that cannot be a key. */
  #watch(names: readonly string[], sample: readonly Row[]): WatchedKey[] {
    const { kind, primaryKey, uniques } = this.#relation;
    const enforced =
      kind === 'file' ? [] : [primaryKey, ...uniques].flatMap((key) => (key === null ? [] : [key.fields]));
    return chooseNaturalKeys(this.#relation, names, sample, enforced).map((key) => ({
      key,
      store: new KeyStore(this.#spill),
      places: key.fields.map((field) => names.indexOf(field)),
    }));
  }

  #duplicates(fields: readonly FieldProfile[]): DuplicateProfile[] {
    return (this.#watched ?? []).flatMap(({ key, store }) => {
      store.seal();
      return (
        duplicateProfile(key, store, shownFor(this.#relation.name, key.fields, fields, this.#options)) ?? []
      );
    });
  }
}

function addKeys(store: KeyStore, rows: readonly Row[], places: readonly number[], folded: boolean): void {
  const [only = -1] = places;
  for (const row of rows) {
    const values = places.length === 1 ? [row[only] as Value] : places.map((place) => row[place] as Value);
    const text = keyText(values, folded);
    if (text !== null) store.add(text);
  }
}

/** Masks the text of a key when one of its fields is personal. */
export function shownFor(
  relation: string,
  keyFields: readonly string[],
  fields: readonly FieldProfile[],
  { isPersonal, mask }: ProfileOptions,
): (text: string) => string {
  const judge = isPersonal ?? isPersonalField;
  const personal = fields.some((field) => keyFields.includes(field.field) && judge(relation, field));
  const isMasked = isPersonal ? () => false : isPersonalValue;
  return (text) => (personal || isMasked(text) ? mask(text) : text);
}
