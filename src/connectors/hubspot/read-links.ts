import type { RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { ReadOptions } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { DescribedObject } from './account-catalog.ts';
import { linkFields } from './inspect.ts';
import { type LinkType } from './link-type.ts';
import { linkReadsMost, linkRow, readLinks } from './links.ts';
import type { ReadsRelation } from './reads-relation.ts';
import { idOf, type RecordPages } from './record-pages.ts';
import { wantedFields } from './wanted-fields.ts';

/** Links from records of one object to those of another, in the order of both ids. */
export class ReadsLinks implements ReadsRelation {
  readonly #api: AccountApi;
  readonly #pages: RecordPages;
  readonly #from: DescribedObject;
  readonly #link: LinkType;

  constructor(api: AccountApi, pages: RecordPages, from: DescribedObject, link: LinkType) {
    this.#api = api;
    this.#pages = pages;
    this.#from = from;
    this.#link = link;
  }

  async *keys(): AsyncGenerator<readonly Row[]> {
    for await (const rows of this.#rows(null, null)) yield rows.map(([from, to]) => [from, to] as Row);
  }

  async *read(relation: Relation, slice: Slice, options: ReadOptions): AsyncGenerator<RecordBatch> {
    yield* batched(relation, this.#rows(slice.after, slice.upTo), options);
  }

  /** By the first end, or by the other one: its own links say which first ends there are. */
  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    const at = fields.indexOf('from_id');
    const values = (place: number): readonly string[] => [
      ...new Set(keys.flatMap((key) => (typeof key[place] === 'string' ? [key[place]] : []))),
    ];
    const { from, to, name } = this.#link;
    const there = fields.indexOf('to_id');
    if (at < 0 && there < 0) {
      yield* this.read(relation, { number: 0, after: null, upTo: null, rowsEstimate: 0 }, {});
      return;
    }
    const back = async (): Promise<readonly string[]> => {
      const links = await readLinks(this.#api, { from: to, to: from, name }, values(there));
      return [...new Set([...links.values()].flatMap((seen) => seen.map((one) => one.to)))];
    };
    yield* batched(relation, [await this.#linksOf(at < 0 ? await back() : values(at))], {});
  }

  async *#rows(after: Row | null, upTo: Row | null): AsyncGenerator<readonly Row[]> {
    const [first, last] = [after?.[0], upTo?.[0]];
    const wanted = {
      object: this.#from,
      properties: [],
      // The record at the bound may have further links.
      after: typeof first === 'string' ? String(BigInt(first) - 1n) : null,
      upTo: typeof last === 'string' ? last : null,
    };
    let ids: string[] = [];
    const inside = (row: Row): boolean =>
      (after === null || compare(row, after) > 0) && (upTo === null || compare(row, upTo) <= 0);
    for await (const page of this.#pages.read(wanted, [false])) {
      ids.push(...page.map(idOf));
      if (ids.length < linkReadsMost) continue;
      yield (await this.#linksOf(ids)).filter(inside);
      ids = [];
    }
    if (ids.length > 0) yield (await this.#linksOf(ids)).filter(inside);
  }

  async #linksOf(ids: readonly string[]): Promise<readonly Row[]> {
    const links = await readLinks(this.#api, this.#link, ids);
    return ids.flatMap((id) => (links.get(id) ?? []).map((seen) => linkRow(id, seen)));
  }
}

function compare(one: Row, other: Row): number {
  for (const at of [0, 1]) {
    const [a, b] = [BigInt(String(one[at])), BigInt(String(other[at]))];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

async function* batched(
  relation: Relation,
  parts: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const wanted = wantedFields(relation, linkFields);
  const batches = new BatchBuilder(relation.name, wanted.names, options);
  for await (const rows of parts)
    for (const row of rows) {
      batches.add(wanted.of(row));
      if (batches.isFull) yield batches.take();
    }
  if (!batches.isEmpty) yield batches.take();
}
