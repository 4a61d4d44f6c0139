import type { RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { ReadOptions } from '../port.ts';
import type { DescribedObject } from './account-catalog.ts';
import type { Json } from './answer-parts.ts';
import { RecordDecoder, readableFields } from './decode-record.ts';
import { isUnique } from './field-types.ts';
import { idField } from './inspect.ts';
import type { ReadsRelation } from './reads-relation.ts';
import { idOf, type RecordPages } from './record-pages.ts';

/** Records of one object. */
export class ReadsRecords implements ReadsRelation {
  readonly #pages: RecordPages;
  readonly #object: DescribedObject;
  readonly #bins: readonly boolean[];

  constructor(pages: RecordPages, object: DescribedObject, bins: readonly boolean[]) {
    this.#pages = pages;
    this.#object = object;
    this.#bins = bins;
  }

  async *keys(): AsyncGenerator<readonly Row[]> {
    const wanted = { object: this.#object, properties: [], after: null, upTo: null };
    for await (const page of this.#pages.read(wanted, this.#bins)) yield page.map((one) => [idOf(one)]);
  }

  async *read(relation: Relation, slice: Slice, options: ReadOptions): AsyncGenerator<RecordBatch> {
    const [after, upTo] = [boundOf(slice.after), boundOf(slice.upTo)];
    const { properties } = this.#readable(relation);
    const wanted = { object: this.#object, properties, after, upTo };
    yield* this.#batches(relation, this.#pages.read(wanted, this.#bins), options);
  }

  /** By id or by a unique property in batches; by anything else all records are read, since a search may miss some. */
  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    const by = this.#namedBy(fields);
    if (by === undefined) {
      yield* this.read(relation, { number: 0, after: null, upTo: null, rowsEstimate: 0 }, {});
      return;
    }
    const texts = new Map(
      keys.flatMap(([value]) =>
        typeof value === 'string' && value !== '' ? [[value.trim().toLowerCase(), value] as const] : [],
      ),
    );
    const { properties } = this.#readable(relation);
    const wanted = { object: this.#object, properties };
    for (const archived of this.#bins) {
      const found = await this.#pages.fetch(wanted, [...texts.values()], { property: by, archived });
      yield* this.#batches(relation, [found], {});
    }
  }

  /** Null for the id, a property that is unique, or nothing that names one record. */
  #namedBy([name, ...others]: readonly string[]): string | null | undefined {
    if (name === undefined || others.length > 0) return undefined;
    if (name === idField) return null;
    const { type, properties } = this.#object;
    const property = properties.find((one) => one.name === name);
    // Numbers and instants are spelt otherwise in a call than here.
    return property?.type === 'string' && isUnique(type, property) ? name : undefined;
  }

  #readable(relation: Relation): ReturnType<typeof readableFields> {
    return readableFields(
      this.#object,
      relation.fields.map(({ name }) => name),
    );
  }

  async *#batches(
    relation: Relation,
    pages: AsyncIterable<readonly Json[]> | Iterable<readonly Json[]>,
    options: ReadOptions,
  ): AsyncGenerator<RecordBatch> {
    const { fields } = this.#readable(relation);
    const decoder = new RecordDecoder(this.#object, fields);
    const batches = new BatchBuilder(relation.name, fields, options);
    for await (const page of pages)
      for (const record of page) {
        const decoded = decoder.decode(record);
        if (decoded.kind === 'bad') batches.addBad(decoded.bad);
        else batches.add(decoded.row);
        if (batches.isFull) yield batches.take();
      }
    if (!batches.isEmpty) yield batches.take();
  }
}

const boundOf = (bound: Row | null): string | null => (bound === null ? null : String(bound[0]));
