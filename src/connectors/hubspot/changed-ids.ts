import type { AccountApi } from './account-api.ts';
import { type Json, listIn, memberOf } from './answer-parts.ts';
import type { ObjectType } from './described.ts';
import { answerUnreadable } from './faults.ts';
import { idOf } from './record-pages.ts';

const pageMost = 200;

interface Filter {
  readonly propertyName: string;
  readonly operator: 'EQ' | 'GT' | 'GTE';
  readonly value: string;
}

/**
 * Ids of records that were changed at or after a moment, some at a time.
 *
 * A search shows no more than 10,000 records, and what is changed while it is paged through moves to its end, so that others are
 * passed over. So only the first page of a search is ever looked at: the next one begins at the last moment of it. Where all of a page have
 * one moment, those of that moment are asked for by their ids, and then what lies behind it.
 *
 * Invariants: 1. what a search sees of them comes, however many have one moment, and whatever is changed meanwhile. 2. each
 * search begins at a later moment, or behind a larger id, so that it ends. 3. an id comes again only where its record was changed again.
 */
export async function* changedIds(
  api: AccountApi,
  type: ObjectType,
  sinceMs: number,
  most: number = pageMost,
): AsyncGenerator<readonly string[]> {
  const { modified } = type;
  let filter: Filter = { propertyName: modified, operator: 'GTE', value: String(sinceMs) };
  let known: ReadonlySet<string> = new Set();
  for (;;) {
    const page = await search(api, type, { filters: [filter], sortedBy: modified, most });
    const fresh = page.map(idOf).filter((id) => !known.has(id));
    if (fresh.length > 0) yield fresh;
    const [first, last] = [page[0], page.at(-1)];
    if (page.length < most || first === undefined || last === undefined) return;
    const moment = momentOf(last, type);
    const ofMoment = new Set(page.filter((one) => momentOf(one, type) === moment).map(idOf));
    const isOne = momentOf(first, type) === moment;
    if (isOne) yield* idsOf(api, type, moment, { known: new Set([...known, ...ofMoment]), most });
    filter = { propertyName: modified, operator: isOne ? 'GT' : 'GTE', value: String(moment) };
    known = isOne ? new Set() : ofMoment;
  }
}

interface Going {
  /** Those that came already. */
  readonly known: ReadonlySet<string>;
  readonly most: number;
}

/** Records of one moment, in the order of their ids. */
async function* idsOf(
  api: AccountApi,
  type: ObjectType,
  moment: number,
  { known, most }: Going,
): AsyncGenerator<readonly string[]> {
  const same: Filter = { propertyName: type.modified, operator: 'EQ', value: String(moment) };
  for (let behind = '0'; ; ) {
    const after: Filter = { propertyName: 'hs_object_id', operator: 'GT', value: behind };
    const ids = (await search(api, type, { filters: [same, after], sortedBy: 'hs_object_id', most })).map(
      idOf,
    );
    const fresh = ids.filter((id) => !known.has(id));
    if (fresh.length > 0) yield fresh;
    if (ids.length < most) return;
    behind = ids.at(-1) ?? behind;
  }
}

interface Search {
  readonly filters: readonly Filter[];
  readonly sortedBy: string;
  readonly most: number;
}

/** The first page of a search. */
async function search(
  api: AccountApi,
  { path, name, modified }: ObjectType,
  { filters, sortedBy, most }: Search,
): Promise<readonly Json[]> {
  const told = await api.json({
    method: 'POST',
    path: `/crm/v3/objects/${path}/search`,
    label: `changes of ${name}`,
    isSearch: true,
    content: {
      filterGroups: [{ filters }],
      sorts: [{ propertyName: sortedBy, direction: 'ASCENDING' }],
      properties: [modified],
      limit: most,
    },
  });
  return listIn(told, 'results');
}

/** When the record was changed, in milliseconds since 1970. */
function momentOf(record: Json, { modified, name }: ObjectType): number {
  const moment = memberOf(memberOf(record, 'properties'), modified);
  const ms = typeof moment === 'string' ? Date.parse(moment) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw answerUnreadable(`changes of ${name}`, 'a record without the moment of its last change');
}
