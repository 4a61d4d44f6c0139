import type { Snapshot } from '../connectors/index.ts';
import { sha256 } from '../host/index.ts';
import {
  findRelation,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type Schema,
} from '../model/index.ts';
import type { AwkwardRecord, Link, LinkedParent, Sample, SampledRelation, SampleReason } from './sample.ts';
import { provenShare, sampleSize } from './sample-size.ts';

/**
 * Chooses the records of a rehearsal: drawn by `sha256(seed, relation, key)` below a threshold (the same seed draws the same
 * records, a larger share draws a superset), plus the awkward ones, plus children of both to a depth of one, plus every
 * parent of all of them.
 *
 * Invariants: 1. memory grows with the sample, not with the data. 2. no record is chosen twice; the first reason stays.
 */
export interface SampleRequest {
  readonly schema: Schema;
  readonly relations: readonly string[];
  readonly links: readonly Link[];
  readonly seed: string;
  /** Share of the records to draw, above 0, at most 1. */
  readonly share: number;
  /** At least so many are drawn that a defect in this share of the records shows with 95 % confidence. */
  readonly defectShare: number;
  readonly awkward: ReadonlyMap<string, readonly AwkwardRecord[]>;
  readonly childrenPerParentMax: number;
}

const confidence = 0.95;
const keysPerFetch = 1_000;
const wholeRelation = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;

export async function chooseSample(snapshot: Snapshot, request: SampleRequest): Promise<Sample> {
  const choice = new SampleChoice(snapshot, request);
  for (const name of request.relations) await choice.draw(name);
  await choice.addChildren();
  await choice.addParents();
  return choice.sample();
}

class SampleChoice {
  readonly #snapshot: Snapshot;
  readonly #request: SampleRequest;
  readonly #chosen = new Map<string, Map<RecordKey, SampleReason>>();
  readonly #totals = new Map<string, number>();
  readonly #orphans = new Map<string, number>();
  /** Keys whose records still have to come in: link -> key text -> key. */
  readonly #wantedParents = new Map<Link, Map<string, Row>>();
  /** Keys asked for before, by where they were looked for: links that ask for the same ask once. */
  readonly #asked = new Map<string, Set<string>>();
  readonly #wantedChildren = new Map<Link, Map<string, Row>>();

  constructor(snapshot: Snapshot, request: SampleRequest) {
    this.#snapshot = snapshot;
    this.#request = request;
  }

  async draw(name: string): Promise<void> {
    const relation = this.#relation(name);
    const total = Number(await this.#snapshot.count(relation));
    this.#totals.set(name, total);
    const share = Math.max(
      this.#request.share,
      total === 0 ? 1 : sampleSize(this.#request.defectShare, confidence) / total,
    );
    const threshold = Math.min(1, share) * 0x1_0000_0000;
    const awkward = new Map((this.#request.awkward.get(name) ?? []).map(({ key, why }) => [key, why]));
    for await (const batch of this.#snapshot.read(relation, wholeRelation)) {
      for (const row of batch.rows) {
        const key = this.#keyOf(relation, batch.fields, row);
        const drawn =
          Number.parseInt(sha256(`${this.#request.seed}\n${name}\n${key}`).slice(0, 8), 16) < threshold;
        if (drawn || awkward.has(key))
          this.#choose(relation, batch.fields, row, drawn ? 'drawn' : 'awkward', true);
      }
    }
  }

  async addChildren(): Promise<void> {
    for (const [{ child: name, childFields }, keys] of this.#wantedChildren) {
      if (childFields === null) continue;
      const child = this.#relation(name);
      const perParent = new Map<string, number>();
      for (const some of chunks([...keys.values()], keysPerFetch)) {
        for await (const batch of this.#snapshot.fetch(child, childFields, some)) {
          for (const row of batch.rows) {
            const parent = recordKey(pick(batch.fields, row, childFields));
            const taken = perParent.get(parent) ?? 0;
            if (taken >= this.#request.childrenPerParentMax) continue;
            perParent.set(parent, taken + 1);
            this.#choose(child, batch.fields, row, 'child', false);
          }
        }
      }
    }
  }

  /** Until no chosen record misses a parent that the source has. Ends, since every round only asks for keys not asked before. */
  async addParents(): Promise<void> {
    for (let asked = true; asked; ) {
      asked = false;
      for (const [link, wanted] of Array.from(this.#wantedParents)) {
        if (wanted.size === 0) continue;
        asked = true;
        this.#wantedParents.delete(link);
        const missing = new Map(wanted);
        for (const parent of link.parents) await this.#findIn(parent, missing);
        this.#orphans.set(link.child, (this.#orphans.get(link.child) ?? 0) + missing.size);
      }
    }
  }

  /** Takes the records with these keys into the sample and out of what is missing. */
  async #findIn(parent: LinkedParent, missing: Map<string, Row>): Promise<void> {
    const relation = this.#relation(parent.relation);
    if (parent.kind === 'computed') return await this.#findComputed(parent, relation, missing);
    for (const some of chunks([...missing.values()], keysPerFetch))
      for await (const batch of this.#snapshot.fetch(relation, parent.fields, some))
        for (const row of batch.rows) {
          missing.delete(recordKey(pick(batch.fields, row, parent.fields)));
          this.#choose(relation, batch.fields, row, 'parent', false);
        }
  }

  async #findComputed(
    parent: Extract<LinkedParent, { kind: 'computed' }>,
    relation: Relation,
    missing: Map<string, Row>,
  ): Promise<void> {
    if (missing.size === 0) return;
    const found = new Set<string>();
    for await (const batch of this.#snapshot.read(relation, wholeRelation))
      for (const row of batch.rows) {
        const given = parent.gives(row).map((key) => recordKey(key));
        const wanted = given.filter((text) => missing.has(text));
        for (const text of wanted) found.add(text);
        if (wanted.length > 0) this.#choose(relation, batch.fields, row, 'parent', false);
      }
    for (const text of found) missing.delete(text);
  }

  #choose(
    relation: Relation,
    fields: readonly string[],
    row: Row,
    reason: SampleReason,
    withChildren: boolean,
  ): void {
    const chosen = this.#chosen.get(relation.name) ?? new Map<RecordKey, SampleReason>();
    this.#chosen.set(relation.name, chosen);
    const key = this.#keyOf(relation, fields, row);
    if (chosen.has(key)) return;
    chosen.set(key, reason);
    for (const link of this.#request.links) {
      if (link.child === relation.name) for (const asked of link.asks(row)) this.#wantParent(link, asked);
      if (withChildren && link.childFields)
        for (const parent of link.parents)
          if (parent.kind === 'by-fields' && parent.relation === relation.name)
            want(this.#wantedChildren, link, pick(fields, row, parent.fields));
    }
  }

  #wantParent(link: Link, key: Row): void {
    const place = JSON.stringify(
      link.parents.map((parent) => placeOf(parent, this.#request.links.indexOf(link))),
    );
    const asked = this.#asked.get(place) ?? new Set<string>();
    this.#asked.set(place, asked);
    const text = recordKey(key);
    if (asked.has(text)) return;
    asked.add(text);
    want(this.#wantedParents, link, key);
  }

  sample(): Sample {
    return {
      seed: this.#request.seed,
      relations: this.#chosen,
      report: this.#request.relations.map((relation) => this.#report(relation)),
    };
  }

  #report(relation: string): SampledRelation {
    const reasons = [...(this.#chosen.get(relation)?.values() ?? [])];
    const count = (reason: SampleReason): number => reasons.filter((other) => other === reason).length;
    const strata = new Map<string, number>();
    for (const { why } of this.#request.awkward.get(relation) ?? [])
      strata.set(why, (strata.get(why) ?? 0) + 1);
    return {
      relation,
      rowsTotal: this.#totals.get(relation) ?? 0,
      drawn: count('drawn'),
      awkward: count('awkward'),
      parents: count('parent'),
      children: count('child'),
      orphans: this.#orphans.get(relation) ?? 0,
      provenShare: provenShare(count('drawn'), confidence),
      strata: [...strata].map(([why, records]) => ({ why, records })),
    };
  }

  #relation(name: string): Relation {
    const relation = findRelation(this.#request.schema, name);
    if (!relation) throw new RangeError(`no relation ${name} in the source schema`);
    return relation;
  }

  #keyOf(relation: Relation, fields: readonly string[], row: Row): RecordKey {
    return recordKey(pick(fields, row, relation.identity));
  }
}

function placeOf(parent: LinkedParent, link: number): unknown {
  return parent.kind === 'by-fields' ? [parent.relation, parent.fields] : [parent.relation, link];
}

function pick(fields: readonly string[], row: Row, names: readonly string[]): Row {
  return names.map((name) => row[fields.indexOf(name)] ?? null);
}

function want(wanted: Map<Link, Map<string, Row>>, link: Link, key: Row): void {
  const keys = wanted.get(link) ?? new Map<string, Row>();
  keys.set(recordKey(key), key);
  wanted.set(link, keys);
}

function* chunks<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
