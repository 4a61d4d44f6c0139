import type { Snapshot } from '../connectors/index.ts';
import {
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type Schema,
  type Value,
} from '../model/index.ts';
import { AwkwardField } from './awkward-field.ts';
import { countChildren } from './count-children.ts';
import { findDuplicates } from './find-duplicates.ts';
import { findOrphans } from './find-orphans.ts';
import { KeyStore } from './key-store.ts';
import { chooseNaturalKeys, keyText, type NaturalKey } from './natural-keys.ts';
import { type AwkwardRecord, PickedRecords } from './picked-records.ts';
import { smallBatches, wholeRelation } from './profile-system.ts';
import { hasRecords, type Reference, referencesOf } from './references.ts';
import { SpillFile } from './spill-file.ts';

export interface AwkwardOptions {
  /** Only these relations; all without it. */
  readonly relations?: readonly string[];
  /** How many records for one reason; default 2. */
  readonly perReason?: number;
  /** How many entries for one relation; default 500. */
  readonly entriesMax?: number;
  readonly temporaryFolder?: string;
  readonly signal?: AbortSignal;
}

/**
 * The records to look at on purpose, for each relation: extremes, missing values, odd characters, each date style and option,
 * rare shapes, rare combinations of missing values, doubled keys, references that lead nowhere, parents with most and
 * with no children. A bounded list whose order and content depend on the data only; one record may be in it for several reasons.
 */
export async function awkwardKeys(
  snapshot: Snapshot,
  schema: Schema,
  options: AwkwardOptions = {},
): Promise<ReadonlyMap<string, readonly AwkwardRecord[]>> {
  using spill = new SpillFile(options.temporaryFolder);
  const relations = schema.relations.filter(
    (relation) => hasRecords(relation) && (options.relations?.includes(relation.name) ?? true),
  );
  const references = referencesOf(schema)
    .filter(
      ({ relation, to }) =>
        relations.some(({ name }) => name === relation) && relations.some(({ name }) => name === to.relation),
    )
    .map((reference) => ({ reference, children: new KeyStore(spill), parents: new KeyStore(spill) }));
  const collectors = new Map<string, Collector>();
  for (const relation of relations) {
    const collector = new Collector(
      relation,
      spill,
      endsAt(references, relation.name),
      options.perReason ?? 2,
    );
    for await (const batch of snapshot.read(relation, wholeRelation, smallBatches)) {
      options.signal?.throwIfAborted();
      collector.add(batch);
    }
    collector.finish();
    collectors.set(relation.name, collector);
  }
  for (const reference of references) pickRelated(reference, collectors);
  return new Map(
    [...collectors].map(([name, collector]) => [name, collector.picked.list(options.entriesMax ?? 500)]),
  );
}

interface StoredReference {
  readonly reference: Reference;
  readonly children: KeyStore;
  readonly parents: KeyStore;
}

interface End {
  readonly fields: readonly string[];
  readonly store: KeyStore;
}

interface WatchedKey {
  readonly key: NaturalKey;
  readonly store: KeyStore;
  readonly places: readonly number[];
}

function endsAt(references: readonly StoredReference[], relation: string): End[] {
  return references.flatMap(({ reference, children, parents }) => [
    ...(reference.relation === relation ? [{ fields: reference.fields, store: children }] : []),
    ...(reference.to.relation === relation ? [{ fields: reference.to.fields, store: parents }] : []),
  ]);
}

function pickRelated(
  { reference, children, parents }: StoredReference,
  collectors: ReadonlyMap<string, Collector>,
): void {
  const { relation, fields, to } = reference;
  const found = findOrphans(children, parents);
  // Where most values lead nowhere the names only happened to agree.
  if (!reference.declared && found.orphans * 2 > found.pointing) return;
  for (const { payload } of found.most)
    collectors.get(relation)?.picked.add(`orphan ${fields.join(', ')}`, () => payload);
  const counted = countChildren(children, parents);
  const pickParent = (why: string, keys: readonly RecordKey[]): void => {
    for (const key of keys)
      collectors.get(to.relation)?.picked.add(`${why} ${relation}.${fields.join(', ')}`, () => key);
  };
  pickParent('most', counted.most);
  pickParent('one', counted.one);
  pickParent('no', counted.none);
}

const patternsMax = 2_000;
const rarePatterns = 10;

/** Gathers the awkward records of one relation. */
class Collector {
  readonly picked: PickedRecords;
  readonly #relation: Relation;
  readonly #spill: SpillFile;
  readonly #ends: readonly End[];
  readonly #fields: readonly { readonly name: string; readonly field: AwkwardField }[];
  /** Which fields are missing: a word for each combination, with its count and first record. */
  readonly #missing = new Map<string, { count: number; readonly key: RecordKey }>();
  #natural: WatchedKey[] | null = null;

  constructor(relation: Relation, spill: SpillFile, ends: readonly End[], perReason: number) {
    this.picked = new PickedRecords(perReason);
    this.#relation = relation;
    this.#spill = spill;
    this.#ends = ends;
    this.#fields = relation.fields
      .filter(({ synthetic }) => !synthetic)
      .map((field) => ({ name: field.name, field: new AwkwardField(field, this.picked) }));
  }

  add({ fields: names, rows }: RecordBatch): void {
    this.#natural ??= this.#watch(names, rows);
    const identity = this.#relation.identity.map((name) => names.indexOf(name));
    const places = this.#fields.map(({ name }) => names.indexOf(name));
    for (const row of rows) {
      const key = (): RecordKey => recordKey(identity.map((place) => row[place] as Value));
      for (let at = 0; at < places.length; at += 1)
        this.#fields[at]?.field.add(row[places[at] as number] as Value, key);
      this.#combination(row, places, key);
    }
    for (const { key, store, places: own } of this.#natural)
      store.addRows(rows, own, identity, (values) => keyText(values, key.folded));
    for (const { fields, store } of this.#ends) {
      store.addRows(
        rows,
        fields.map((field) => names.indexOf(field)),
        identity,
        (values) => keyText(values, false),
      );
    }
  }

  finish(): void {
    for (const { field } of this.#fields) field.finish();
    const rare = [...this.#missing.values()].sort((a, b) => a.count - b.count).slice(0, rarePatterns);
    if (this.#missing.size > 1)
      for (const { key } of rare) this.picked.add('rare combination of missing fields', () => key);
    for (const { key, store } of this.#natural ?? []) {
      store.seal();
      for (const { payloads } of findDuplicates(store).largest) {
        for (const payload of payloads) this.picked.add(`duplicate ${key.fields.join(', ')}`, () => payload);
      }
    }
    for (const { store } of this.#ends) store.seal();
  }

  #combination(row: Row, places: readonly number[], key: () => RecordKey): void {
    let word = '';
    for (const place of places) {
      const value = row[place];
      word += value === null || value === '' ? '0' : '1';
    }
    const known = this.#missing.get(word);
    if (known !== undefined) known.count += 1;
    else if (this.#missing.size < patternsMax) this.#missing.set(word, { count: 1, key: key() });
  }

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
}
