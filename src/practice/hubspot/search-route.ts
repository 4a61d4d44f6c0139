import { z } from 'zod';
import { jsonAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { readBody } from './read-body.ts';
import { invalid, noNumericId } from './refusal.ts';
import { type Route, readScope } from './route.ts';
import { operators, SearchTranslator } from './search-filters.ts';
import { showRecord } from './show-record.ts';

const [groupsMax, filtersOfGroupMax, filtersMax] = [5, 6, 18];
const pageMax = 200;
const resultsMax = 10_000;

const text = z.union([z.string(), z.number().transform(String)]);
const filter = z.strictObject({
  propertyName: z.string(),
  operator: z.enum(operators),
  value: text.optional(),
  highValue: text.optional(),
  values: z.array(text).optional(),
});
const sort = z.union([
  z.string().transform((propertyName) => ({ propertyName, direction: 'ASCENDING' as const })),
  z.strictObject({
    propertyName: z.string(),
    direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
  }),
]);
const search = z.strictObject({
  filterGroups: z.array(z.strictObject({ filters: z.array(filter) })).default([]),
  filters: z.array(filter).optional(),
  sorts: z.array(sort).default([]),
  query: z.string().optional(),
  properties: z.array(z.string()).default([]),
  limit: z.number().nullish(),
  after: z.union([z.string(), z.number()]).nullish(),
});

/**
 * `POST objects/{type}/search`: 200 a page, 10,000 results of one search and no more. What stands behind them is refused
 * with 400, or not spoken of, as the account is told.
 */
export const searchRoute = (account: Account): Route => ({
  method: 'POST',
  path: 'crm/v3/objects/{type}/search',
  scopes: (call) => readScope(account, call),
  isSearch: true,
  answer: ({ request, place }) => {
    const type = account.type(place('type'));
    const asked = readBody(request, search);
    const groups = [
      ...asked.filterGroups.map(({ filters }) => filters),
      ...(asked.filters === undefined ? [] : [asked.filters]),
    ];
    refuseTooMany(groups.map(({ length }) => length));
    const { offset, limit } = pageOf(asked);
    const translator = new SearchTranslator(account.catalog, type);
    const where = translator.groups(groups);
    const words = asked.query === undefined ? null : translator.words(asked.query);
    const { total, ids } = account.index.search(
      type,
      words === null
        ? where
        : { sql: `(${where.sql}) AND (${words.sql})`, values: [...where.values, ...words.values] },
      translator.order(asked.sorts),
      { offset, limit, nowMs: request.nowMs },
    );
    const results = ids.flatMap((id) => {
      const record = account.records.find(type, id);
      return record === null || record.archivedMs !== null
        ? []
        : [showRecord(account, type, record, shown(asked))];
    });
    const next = offset + limit;
    const stops = next >= total || (account.settings.search.beyond === 'stop' && next >= resultsMax);
    return jsonAnswer(200, {
      total,
      results,
      ...(stops ? {} : { paging: { next: { after: String(next) } } }),
    });
  },
});

type Asked = z.output<typeof search>;

const shown = ({ properties }: Asked) => ({ properties, isSearch: true });

function pageOf({ limit, after }: Asked): { readonly offset: number; readonly limit: number } {
  const count = limit ?? 10;
  if (!Number.isInteger(count) || count < 0 || count > pageMax)
    throw invalid(`The limit must be a whole number of at most ${pageMax}: ${count}`);
  const from = String(after ?? '0');
  if (!/^\d{1,9}$/.test(from)) throw noNumericId(from);
  if (Number(from) + count > resultsMax)
    throw invalid(
      `The maximum number of results is ${resultsMax}: after=${from} with limit=${count} is beyond it`,
    );
  return { offset: Number(from), limit: count };
}

function refuseTooMany(counts: readonly number[]): void {
  const say = (what: string, count: number, most: number) =>
    invalid(`Invalid input JSON: too many ${what} (count: ${count}, max allowed: ${most})`);
  if (counts.length > groupsMax) throw say('filterGroups', counts.length, groupsMax);
  const widest = Math.max(0, ...counts);
  if (widest > filtersOfGroupMax) throw say('filters per filterGroup', widest, filtersOfGroupMax);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all > filtersMax) throw say('filters', all, filtersMax);
}
