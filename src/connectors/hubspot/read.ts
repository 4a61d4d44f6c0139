import {
  type Position,
  position,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
} from '../../model/index.ts';
import type { ReadOptions, Reads, Snapshot } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { AccountCatalog, DescribedObject } from './account-catalog.ts';
import { changedIds } from './changed-ids.ts';
import { objectMissing } from './faults.ts';
import { filesName } from './file-fields.ts';
import { idField } from './inspect.ts';
import { changedIn, type Marks, readMarks } from './marks.ts';
import { ReadsFiles } from './read-files.ts';
import { ReadsLinks } from './read-links.ts';
import { ReadsOwners } from './read-owners.ts';
import { ReadsRecords } from './read-records.ts';
import type { ReadsRelation } from './reads-relation.ts';
import { RecordPages } from './record-pages.ts';

export class HubspotReads implements Reads {
  readonly #api: AccountApi;
  readonly #catalog: AccountCatalog;
  readonly #archived: boolean;

  /** @param archived whether records in the recycling bin are read too */
  constructor(api: AccountApi, catalog: AccountCatalog, archived: boolean) {
    this.#api = api;
    this.#catalog = catalog;
    this.#archived = archived;
  }

  async snapshot(): Promise<Snapshot> {
    const objects = await this.#catalog.known();
    const marks = await readMarks(this.#api, objects.described);
    const pages = new RecordPages(this.#api);
    const bins = this.#archived ? [false, true] : [false];
    const readers = new Map<string, ReadsRelation>([
      ...objects.described.map(
        (object) => [object.type.name, new ReadsRecords(pages, object, bins)] as const,
      ),
      ...objects.links.map((link) => {
        const from = objects.described.find(({ type }) => type.name === link.from.name);
        if (from === undefined) throw objectMissing(link.from.name);
        return [link.name, new ReadsLinks(this.#api, pages, from, link)] as const;
      }),
      ['owners', new ReadsOwners(this.#api)],
      ...(objects.files ? [[filesName, new ReadsFiles(this.#api)] as const] : []),
    ]);
    return new HubspotSnapshot(readers, marks, this.#api, objects.described);
  }
}

/** A search comes some seconds behind what was written; more than the vendor ever takes. */
const overlapMs = 600_000;

/**
 * Not one view: every call shows what is there at its time. The position holds for each object how many records a search finds and
 * when one of them was last changed; a search comes some seconds behind what was written, and what it does not show yet is not
 * told by it.
 */
class HubspotSnapshot implements Snapshot {
  readonly consistent = false;
  readonly readsBeside = true;
  readonly position: Position;
  readonly #readers: ReadonlyMap<string, ReadsRelation>;
  readonly #marks: Marks;
  readonly #api: AccountApi;
  readonly #objects: readonly DescribedObject[];

  constructor(
    readers: ReadonlyMap<string, ReadsRelation>,
    marks: Marks,
    api: AccountApi,
    objects: readonly DescribedObject[],
  ) {
    this.#api = api;
    this.#objects = objects;
    this.#readers = readers;
    this.#marks = marks;
    this.position = position(JSON.stringify(marks));
  }

  async count(relation: Relation): Promise<string> {
    let rows = 0;
    for await (const keys of this.#reader(relation).keys()) rows += keys.length;
    return String(rows);
  }

  async countOf(_relation: Relation, slices: readonly Slice[]): Promise<string> {
    return String(slices.reduce((sum, { rowsEstimate }) => sum + rowsEstimate, 0));
  }

  async changedSince({ name }: Relation, earlier: Position): Promise<string | null> {
    const before = (JSON.parse(earlier) as Marks)[name];
    return before !== undefined && before === this.#marks[name] ? '0' : null;
  }

  /** Of links and owners nothing says when they were changed. */
  changed(relation: Relation, earlier: Position): AsyncIterable<RecordBatch> | null {
    const object = this.#objects.find(({ type }) => type.name === relation.name);
    return object === undefined ? null : this.#changed(relation, object, earlier);
  }

  async *#changed(
    relation: Relation,
    { type }: DescribedObject,
    earlier: Position,
  ): AsyncGenerator<RecordBatch> {
    const moment = changedIn((JSON.parse(earlier) as Marks)[type.name]);
    // What was written before the position may have come into the search behind it.
    const sinceMs = moment === null ? 0 : Math.max(0, moment - overlapMs);
    for await (const ids of changedIds(this.#api, type, sinceMs))
      yield* this.fetch(
        relation,
        [idField],
        ids.map((id) => [id]),
      );
  }

  async *split(relation: Relation, rowsPerSlice: number): AsyncGenerator<Slice> {
    let [number, rows] = [0, 0];
    let [after, last]: [Row | null, Row | null] = [null, null];
    for await (const keys of this.#reader(relation).keys())
      for (const key of keys) {
        // A slice ends only where another one begins: the last has no bound.
        if (rows >= rowsPerSlice && last !== null) {
          yield { number, after, upTo: last, rowsEstimate: rows };
          [after, number, rows] = [last, number + 1, 0];
        }
        last = key;
        rows += 1;
      }
    yield { number, after, upTo: null, rowsEstimate: rows };
  }

  read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncIterable<RecordBatch> {
    return this.#reader(relation).read(relation, slice, options);
  }

  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    const wanted = new Set(keys.map(recordKey));
    if (wanted.size === 0) return;
    for await (const batch of this.#reader(relation).fetch(relation, fields, keys)) {
      const places = fields.map((name) => batch.fields.indexOf(name));
      const rows = batch.rows.filter((row) => wanted.has(recordKey(places.map((at) => row[at] ?? null))));
      if (rows.length > 0) yield { ...batch, rows, bad: [] };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open at the vendor's.
  }

  #reader({ name }: Relation): ReadsRelation {
    const reader = this.#readers.get(name);
    if (reader === undefined) throw objectMissing(name);
    return reader;
  }
}
