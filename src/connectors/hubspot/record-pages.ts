import type { AccountApi } from './account-api.ts';
import type { DescribedObject } from './account-catalog.ts';
import { idIn, type Json, listIn, nextPage } from './answer-parts.ts';
import { answerUnreadable } from './faults.ts';

/** How long the address of a call may be: the vendor refuses more than about 16,000 characters. */
const addressMax = 15_000;
/** The most records of one page, and of one batch that is read by ids. */
export const pageMost = 100;

export interface WantedRecords {
  readonly object: DescribedObject;
  /** Names of the properties that records are shown with. */
  readonly properties: readonly string[];
  readonly after: string | null;
  readonly upTo: string | null;
}

/**
 * Records in the order of their ids, a page a call. The account's list is the one view that sees at once what was written: a
 * search comes seconds later, and shows no more than 10,000.
 *
 * Invariants: 1. every record whose id lies between the bounds while its page is read comes once. 2. a list that is not in the
 * order of ids ends the read: nothing could be told of what it left out.
 */
export class RecordPages {
  readonly #api: AccountApi;
  readonly #cursorsAreIds = new Map<string, Promise<boolean>>();

  constructor(api: AccountApi) {
    this.#api = api;
  }

  /** @param bins which lists: of records in use, of those in the recycling bin, or of both */
  async *read(wanted: WantedRecords, bins: readonly boolean[]): AsyncGenerator<readonly Json[]> {
    const [one, other] = bins.map((archived) => this.#list(wanted, archived));
    if (one !== undefined && other !== undefined) yield* mergedById(one, other);
    else if (one !== undefined) yield* one;
  }

  /** Records by their ids, or by the values of a unique property, in no order; those that are not there are left out. */
  async fetch(
    { object, properties }: Pick<WantedRecords, 'object' | 'properties'>,
    keys: readonly string[],
    by: { readonly property: string | null; readonly archived: boolean },
  ): Promise<readonly Json[]> {
    const { name, path: type } = object.type;
    const found: Json[] = [];
    for (let from = 0; from < keys.length; from += pageMost) {
      const inputs = keys.slice(from, from + pageMost).map((id) => ({ id }));
      const content = { inputs, properties, ...(by.property === null ? {} : { idProperty: by.property }) };
      const path = `/crm/v3/objects/${type}/batch/read?archived=${by.archived}`;
      const told = await this.#api.json({ method: 'POST', path, label: `read ${name} by keys`, content });
      found.push(...listIn(told, 'results'));
    }
    return found;
  }

  async *#list(wanted: WantedRecords, archived: boolean): AsyncGenerator<readonly Json[]> {
    const { object, upTo } = wanted;
    const label = `read ${object.type.name}`;
    let cursor = (await this.#startsAt(wanted, archived)) ?? null;
    let last = wanted.after;
    for (;;) {
      const told = await this.#api.json({ method: 'GET', path: pathOf(wanted, archived, cursor), label });
      const page = listIn(told, 'results');
      refuseDisorder(page, label);
      const kept = page.filter((record) => isBehind(record, last) && !isBehind(record, upTo ?? farthest));
      if (kept.length > 0) yield await this.#whole(wanted, kept, archived);
      last = page.length > 0 ? idOf(page.at(-1) ?? null) : last;
      const next = nextPage(told);
      if (next === null || (upTo !== null && last !== null && BigInt(last) >= BigInt(upTo))) return;
      if (next === cursor) throw answerUnreadable(label, 'a page that leads no further');
      cursor = next;
    }
  }

  /** Where cursors are ids, as they were seen to be, a list begins behind a bound; else at its beginning, which finds the same. */
  async #startsAt({ object, after }: WantedRecords, archived: boolean): Promise<string | null> {
    if (after === null) return null;
    const { path } = object.type;
    const key = `${path} ${archived}`;
    const known = this.#cursorsAreIds.get(key) ?? this.#tryCursors(path, archived);
    this.#cursorsAreIds.set(key, known);
    return (await known) ? after : null;
  }

  async #tryCursors(type: string, archived: boolean): Promise<boolean> {
    const path = `/crm/v3/objects/${type}?limit=1&archived=${archived}`;
    const told = await this.#api.json({ method: 'GET', path, label: 'first record' });
    const [first = null] = listIn(told, 'results');
    const next = nextPage(told);
    return next !== null && first !== null && next === idOf(first);
  }

  /** The records with their properties, where those did not fit into the address of the list. */
  async #whole(wanted: WantedRecords, page: readonly Json[], archived: boolean): Promise<readonly Json[]> {
    if (fits(wanted)) return page;
    const found = await this.fetch(wanted, page.map(idOf), { property: null, archived });
    return [...found].sort(byId);
  }
}

function pathOf(wanted: WantedRecords, archived: boolean, cursor: string | null): string {
  const { path } = wanted.object.type;
  const behind = cursor === null ? '' : `&after=${encodeURIComponent(cursor)}`;
  const properties = fits(wanted) ? propertiesIn(wanted) : '';
  return `/crm/v3/objects/${path}?limit=${pageMost}&archived=${archived}${properties}${behind}`;
}

const propertiesIn = ({ properties }: WantedRecords): string =>
  properties.length === 0 ? '' : `&properties=${encodeURIComponent(properties.join(','))}`;

const fits = (wanted: WantedRecords): boolean => propertiesIn(wanted).length <= addressMax;

/** Whether a page of records with all these properties takes one call. */
export const propertiesFit = (properties: readonly string[]): boolean =>
  `&properties=${encodeURIComponent(properties.join(','))}`.length <= addressMax;

/** Longer than any id. */
const farthest = '9'.repeat(30);

export const idOf = (record: Json): string => idIn(record, 'id');

const isBehind = (record: Json, bound: string | null): boolean =>
  bound === null || BigInt(idOf(record)) > BigInt(bound);

function byId(one: Json, other: Json): number {
  const [a, b] = [BigInt(idOf(one)), BigInt(idOf(other))];
  return a < b ? -1 : a > b ? 1 : 0;
}

function refuseDisorder(page: readonly Json[], label: string): void {
  page.forEach((record, at) => {
    const before = page[at - 1];
    if (before !== undefined && byId(before, record) >= 0)
      throw answerUnreadable(label, 'its list is not in the order of ids');
  });
}

async function* mergedById(
  one: AsyncGenerator<readonly Json[]>,
  other: AsyncGenerator<readonly Json[]>,
): AsyncGenerator<readonly Json[]> {
  const take = async (from: AsyncGenerator<readonly Json[]>): Promise<readonly Json[]> =>
    (await from.next()).value ?? [];
  let [ours, theirs] = [await take(one), await take(other)];
  try {
    while (ours.length > 0 && theirs.length > 0) {
      // Up to where the shorter of both pages reaches, everything is known.
      const reach = byId(ours.at(-1) ?? null, theirs.at(-1) ?? null) < 0 ? ours.at(-1) : theirs.at(-1);
      const within = (record: Json): boolean => byId(record, reach ?? null) <= 0;
      yield [...ours.filter(within), ...theirs.filter(within)].sort(byId);
      [ours, theirs] = [ours.filter((r) => !within(r)), theirs.filter((r) => !within(r))];
      if (ours.length === 0) ours = await take(one);
      if (theirs.length === 0) theirs = await take(other);
    }
    for (; ours.length > 0; ours = await take(one)) yield ours;
    for (; theirs.length > 0; theirs = await take(other)) yield theirs;
  } finally {
    await Promise.all([one.return(undefined), other.return(undefined)]);
  }
}
