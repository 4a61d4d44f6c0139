import type { DescribedField, DescribedObject } from './described.ts';
import { listOf } from './described.ts';
import type { Json } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';
import { idField } from './inspect.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { between, inAddress, selectInOrder } from './soql.ts';

/** How long an address may be; the rest of what the vendor reads is for headers. */
const addressMax = 12_500;
/** The most records of one answer, and of one reading by ids. */
const pageMost = 2_000;

/** The last page is one that is not full. */
export const pagesOf = (records: number): number => Math.floor(records / pageMost) + 1;

/** As long as an id is. */
const anyId = '0'.repeat(18);

/** Whether these fields of records between two ids can be asked for by an address. */
export const fieldsFit = (object: string, fields: readonly string[]): boolean =>
  addressSize(object, fields) <= addressMax;

/** How much of an address is left for a condition on records of which these fields are asked for. */
export function roomForKeys(object: string, fields: readonly string[]): number {
  const size = addressSize(object, [...new Set([idField, ...fields])]);
  return addressMax - (size <= addressMax / 2 ? size : addressSize(object, [idField]));
}

const addressSize = (object: string, fields: readonly string[]): number =>
  pathOf({ object: { name: object }, after: anyId, upTo: anyId, where: '' }, fields).length;

export interface WantedRecords {
  readonly object: DescribedObject;
  readonly fields: readonly DescribedField[];
  readonly after: string | null;
  readonly upTo: string | null;
  /** A further condition; null for none. */
  readonly where: string | null;
}

/**
 * Records in the order of their ids, a page a call. Each page is asked for by the id it begins behind, never by a cursor of
 * the vendor: those end after a while, are few, and end with the session.
 *
 * Invariants: 1. every record whose id lies between the bounds while its page is read comes once. 2. a page with fewer records
 * than asked for is only the last one when the vendor says that it is done.
 */
export async function* readPages(api: OrgApi, wanted: WantedRecords): AsyncGenerator<readonly Json[]> {
  let after = wanted.after;
  for (;;) {
    const { records, last, done } = await readPage(api, { ...wanted, after });
    if (records.length > 0) yield records;
    if (done) return;
    if (last === null || last === after)
      throw answerUnreadable(`read ${wanted.object.name}`, 'a page that leads no further');
    after = last;
  }
}

interface Page {
  readonly records: readonly Json[];
  /** The id behind which the next page begins. */
  readonly last: string | null;
  readonly done: boolean;
}

async function readPage(api: OrgApi, wanted: WantedRecords): Promise<Page> {
  const names = [...new Set([idField, ...wanted.fields.map(({ name }) => name)])];
  const path = pathOf(wanted, names);
  if (path.length <= addressMax) return await query(api, wanted, path);
  // Too many fields for an address: the ids first, the records by them.
  const ids = await query(api, wanted, pathOf(wanted, [idField]));
  if (ids.records.length === 0) return ids;
  const found = await api.json({
    method: 'POST',
    path: `composite/sobjects/${wanted.object.name}`,
    label: `read ${wanted.object.name} by ids`,
    content: { ids: ids.records.map(idOf), fields: names },
  });
  if (!Array.isArray(found)) throw answerUnreadable(`read ${wanted.object.name} by ids`, 'it is no list');
  // Who was deleted in between is null.
  return { ...ids, records: (found as readonly Json[]).filter((one) => one !== null) };
}

type Asked = Pick<WantedRecords, 'after' | 'upTo' | 'where'> & {
  readonly object: Pick<DescribedObject, 'name'>;
};

function pathOf({ object, after, upTo, where }: Asked, names: readonly string[]): string {
  const conditions = [...between(after, upTo), ...(where === null ? [] : [`(${where})`])];
  return `query?q=${inAddress(selectInOrder(names, object.name, conditions, pageMost))}`;
}

async function query(api: OrgApi, { object, upTo }: WantedRecords, path: string): Promise<Page> {
  const told = await api.json({
    method: 'GET',
    path,
    label: `read ${object.name}`,
    headers: { 'sforce-query-options': `batchSize=${pageMost}` },
  });
  const records = listOf(told, 'records');
  const last = records.length === 0 ? null : idOf(records.at(-1) ?? null);
  const short = memberOf(told, 'done') !== false && records.length < pageMost;
  return { records, last, done: short || (upTo !== null && last === upTo) };
}

/** Throws `salesforce.answer-unreadable`. */
export function idOf(record: Json): string {
  const id = memberOf(record, idField);
  if (typeof id === 'string' && id !== '') return id;
  throw answerUnreadable('read', 'a record without an id');
}
