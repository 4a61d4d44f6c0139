import {
  type ForeignKey,
  type Position,
  position,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
  type Value,
} from '../../model/index.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { OpenContext, ReadOptions, Reads, Snapshot } from '../port.ts';
import type { ReferenceCount } from '../references-query.ts';
import type { QueryWorld } from './bulk-query.ts';
import { changedCondition } from './changed-condition.ts';
import { countReferences } from './count-references.ts';
import { decodeRecord } from './decode-record.ts';
import { type DescribedField, type DescribedObject, listOf } from './described.ts';
import { isLinks, readLinkPages } from './document-links.ts';
import { ExactNumber, type Json, writeExactly } from './exact-json.ts';
import { answerUnreadable, callRefused } from './faults.ts';
import { isCompound } from './field-types.ts';
import { HeldCopies } from './held-copies.ts';
import { conditionsFor } from './key-conditions.ts';
import { documentOf, isOwnersLink, linkEnds } from './link-ends.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import type { OrgCatalog } from './org-catalog.ts';
import { idOf, readPages, roomForKeys, type WantedRecords } from './record-pages.ts';

/** Queries within one composite call. */
export const marksOfCall = 5;

export class SalesforceReads implements Reads {
  readonly #api: OrgApi;
  readonly #catalog: OrgCatalog;
  readonly #context: Pick<OpenContext, 'signal' | 'log'>;

  constructor(api: OrgApi, catalog: OrgCatalog, context: Pick<OpenContext, 'signal' | 'log'>) {
    this.#api = api;
    this.#catalog = catalog;
    this.#context = context;
  }

  async snapshot(): Promise<Snapshot> {
    const marks = await readMarks(this.#api, (await this.#catalog.known()).described);
    const { signal, log } = this.#context;
    return new SalesforceSnapshot({ api: this.#api, signal, log }, this.#catalog, marks);
  }
}

/** By object, its records and the last moment at which one was changed, as the org tells both. */
type Marks = Readonly<Record<string, string>>;

/**
 * Not one view: every call shows what is there at its time. The position holds for each object how many records it has and
 * when one of them was last changed (`SystemModstamp`, to the second); a record changed twice within that second, or in a
 * transaction that began before and ended later, is not told by it.
 */
class SalesforceSnapshot implements Snapshot {
  readonly consistent = false;
  readonly readsBeside = true;
  readonly position: Position;
  readonly #api: OrgApi;
  readonly #catalog: OrgCatalog;
  readonly #marks: Marks;
  readonly #copies: HeldCopies;

  constructor(world: QueryWorld, catalog: OrgCatalog, marks: Marks) {
    this.#api = world.api;
    this.#catalog = catalog;
    this.#marks = marks;
    this.#copies = new HeldCopies(world, (object) => recordsOf(marks[object]));
    this.position = position(JSON.stringify(marks));
  }

  async count({ name }: Relation): Promise<string> {
    const described = await this.#catalog.object(name);
    const { name: object } = described;
    if (isLinks(described)) return await this.#countLinks(described);
    const label = `count ${object}`;
    const path = `query?q=${encodeURIComponent(`SELECT COUNT() FROM ${object}`)}`;
    const total = memberOf(await this.#api.json({ method: 'GET', path, label }), 'totalSize');
    if (total instanceof ExactNumber) return total.text;
    throw answerUnreadable(label, 'it holds no number');
  }

  async changedSince({ name }: Relation, earlier: Position): Promise<string | null> {
    const before = (JSON.parse(earlier) as Marks)[name];
    return before !== undefined && before === this.#marks[name] ? '0' : null;
  }

  /** Of links, and of objects without `SystemModstamp`, nothing says when one was changed. */
  changed(relation: Relation, earlier: Position): AsyncIterable<RecordBatch> | null {
    const mark = (JSON.parse(earlier) as Marks)[relation.name];
    if (mark === undefined || this.#marks[relation.name] === undefined) return null;
    return this.#where(relation, changedCondition(mark));
  }

  async *split(relation: Relation, rowsPerSlice: number): AsyncGenerator<Slice> {
    const object = await this.#catalog.object(relation.name);
    const copy = await this.#copies.forSlices(object, fieldsOf(object, relation), rowsPerSlice);
    const wanted = { object, fields: [], after: null, upTo: null, where: null };
    // Links are cut between documents.
    const placeOf = isLinks(object) ? documentOf : idOf;
    let [number, rows] = [0, 0];
    let [after, last]: [string | null, string | null] = [null, null];
    for await (const page of copy?.pages([], wanted) ?? this.#pages(wanted))
      for (const record of page) {
        // A slice ends only where another one begins: the last has no bound.
        if (rows >= rowsPerSlice && last !== null && placeOf(record) !== last) {
          yield { number, after: boundOf(after), upTo: [last], rowsEstimate: rows };
          [after, number, rows] = [last, number + 1, 0];
        }
        last = placeOf(record);
        rows += 1;
      }
    yield { number, after: boundOf(after), upTo: null, rowsEstimate: rows };
  }

  /** Cutting goes through all of them. */
  async countOf(_relation: Relation, slices: readonly Slice[]): Promise<string> {
    return String(slices.reduce((sum, { rowsEstimate }) => sum + rowsEstimate, 0));
  }

  async *#where(relation: Relation, where: string | null): AsyncGenerator<RecordBatch> {
    const object = await this.#catalog.object(relation.name);
    const wanted = { object, after: null, upTo: null, where, records: 0 };
    yield* this.#batches(relation, wanted, {}, () => true);
  }

  async *read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncGenerator<RecordBatch> {
    const object = await this.#catalog.object(relation.name);
    const [after, upTo] = [idBound(slice.after), idBound(slice.upTo)];
    const wanted = { object, after, upTo, where: null, records: slice.rowsEstimate };
    yield* this.#batches(relation, wanted, options, () => true);
  }

  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    const object = await this.#catalog.object(relation.name);
    const wanted = new Set(keys.map(recordKey));
    const names = fieldsOf(object, relation).map(({ name }) => name);
    const places = fields.map((name) => names.indexOf(name));
    // The org compares texts without case: what differs is left out here.
    const isWanted = (row: Row): boolean => wanted.has(recordKey(places.map((at) => row[at] as Value)));
    for (const where of conditionsFor(object, fields, keys, roomForKeys(object.name, names))) {
      const part = { object, after: null, upTo: null, where, records: 0 };
      for await (const batch of this.#batches(relation, part, {}, isWanted))
        if (batch.rows.length > 0) yield { ...batch, bad: [] };
    }
  }

  async countReferences({ name }: Relation, foreignKey: ForeignKey): Promise<ReferenceCount | null> {
    return await countReferences(this.#api, await this.#catalog.object(name), foreignKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open at the vendor's.
    this.#copies[Symbol.dispose]();
  }

  async #countLinks(object: DescribedObject): Promise<string> {
    let links = 0;
    for await (const page of readLinkPages(this.#api, { object, fields: [], after: null, upTo: null }))
      links += page.length;
    return String(links);
  }

  /** @param records how many there are, about, where they are wanted by their ids */
  async #copiedPages(wanted: WantedRecords, records: number): Promise<Iterable<readonly Json[]> | null> {
    if (wanted.where !== null) return null;
    const copy = await this.#copies.forReading(wanted, records);
    return (
      copy?.pages(
        wanted.fields.map(({ name }) => name),
        wanted,
      ) ?? null
    );
  }

  #pages(wanted: WantedRecords): AsyncIterable<readonly Json[]> {
    if (!isLinks(wanted.object)) return readPages(this.#api, wanted);
    return wanted.where === null ? readLinkPages(this.#api, wanted) : this.#linksWhere(wanted);
  }

  async *#linksWhere(wanted: WantedRecords): AsyncGenerator<readonly Json[]> {
    const ends = wanted.object.fields.filter(({ name }) => linkEnds.includes(name));
    const fields = [...new Set([...wanted.fields, ...ends])];
    for await (const page of readPages(this.#api, { ...wanted, fields }))
      yield page.filter((link) => !isOwnersLink(link));
  }

  async *#batches(
    relation: Relation,
    { records, ...where }: Omit<WantedRecords, 'fields'> & { readonly records: number },
    options: ReadOptions,
    keep: (row: Row) => boolean,
  ): AsyncGenerator<RecordBatch> {
    const fields = fieldsOf(where.object, relation);
    const wanted = { ...where, fields };
    const batches = new BatchBuilder(
      relation.name,
      fields.map(({ name }) => name),
      options,
    );
    for await (const page of (await this.#copiedPages(wanted, records)) ?? this.#pages(wanted))
      for (const record of page) {
        const decoded = await decodeRecord(this.#api, wanted.object, fields, record);
        if (decoded.kind === 'bad') batches.addBad(decoded.bad);
        else if (keep(decoded.row)) batches.add(decoded.row);
        if (batches.isFull) yield batches.take();
      }
    if (!batches.isEmpty) yield batches.take();
  }
}

/** The fields of the relation that the org still has, in the order of its description. */
function fieldsOf(object: DescribedObject, relation: Relation): readonly DescribedField[] {
  const names = new Set(relation.fields.map(({ name }) => name));
  return object.fields.filter((field) => names.has(field.name) && !isCompound(field));
}

/** As its mark begins; null where nothing marks it. */
function recordsOf(mark: string | undefined): number | null {
  const [count] = /^\d+/.exec(mark ?? '') ?? [];
  return count === undefined ? null : Number(count);
}

const boundOf = (id: string | null): Row | null => (id === null ? null : [id]);
const idBound = (bound: Row | null): string | null => (bound === null ? null : String(bound[0]));

/** Of links nothing tells when one was changed: an org shows them by their ends alone. */
export const isMarked = (object: DescribedObject): boolean =>
  !isLinks(object) && object.fields.some(({ name }) => name === 'SystemModstamp');

async function readMarks(api: OrgApi, objects: readonly DescribedObject[]): Promise<Marks> {
  const marks: Record<string, string> = {};
  const stamped = objects.filter(isMarked);
  for (let from = 0; from < stamped.length; from += marksOfCall) {
    const part = stamped.slice(from, from + marksOfCall);
    for (const [name, mark] of await readSomeMarks(api, part)) marks[name] = mark;
  }
  return marks;
}

async function readSomeMarks(
  api: OrgApi,
  objects: readonly DescribedObject[],
): Promise<readonly (readonly [string, string])[]> {
  const compositeRequest = objects.map(({ name }, at) => {
    const soql = `SELECT COUNT(Id) records, MAX(SystemModstamp) changed FROM ${name}`;
    return {
      method: 'GET',
      url: api.pathOf(`query?q=${encodeURIComponent(soql)}`),
      referenceId: `object${at}`,
    };
  });
  const content = { compositeRequest };
  const told = await api.json({ method: 'POST', path: 'composite', label: 'last changes', content });
  const parts = listOf(told, 'compositeResponse');
  return objects.map(({ name }, at) => {
    const [found] = listOf(memberOf(parts[at] ?? null, 'body'), 'records');
    if (found === undefined) throw callRefused(`last changes of ${name}`, 400, 'a part was refused');
    const shown = (one: string): Json => memberOf(found, one);
    return [name, `${writeExactly(shown('records'))} ${writeExactly(shown('changed'))}`] as const;
  });
}
