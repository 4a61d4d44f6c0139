import { z } from 'zod';
import { emptyAnswer, jsonAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { afterIn, countIn, flagIn, namesIn, readBody } from './read-body.ts';
import type { KeptRecord } from './record-store.ts';
import { invalid, noNumericId, notFound } from './refusal.ts';
import { type ApiCall, type Route, readScope, writeScope, writingOf } from './route.ts';
import { type Showing, showRecord } from './show-record.ts';
import type { ObjectType } from './standard-objects.ts';

const pageMax = 100;
/** With the history of properties a page is shorter. */
const historyPageMax = 50;

const given = z.record(z.string(), z.unknown());
const link = z.strictObject({
  to: z.strictObject({ id: z.union([z.string(), z.number().transform(String)]) }),
  types: z
    .array(
      z.strictObject({
        associationCategory: z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED']),
        associationTypeId: z.int(),
      }),
    )
    .min(1),
});
const createBody = z.strictObject({ properties: given, associations: z.array(link).default([]) });

/** A record to be made, with its first links. */
export interface NewRecord {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly associations: readonly {
    readonly to: { readonly id: string };
    readonly types: readonly {
      readonly associationCategory: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
      readonly associationTypeId: number;
    }[];
  }[];
  /** In a batch: this record stands or falls alone, and is told by this word. */
  readonly objectWriteTraceId?: string | undefined;
}

/** The body of a batch of them. */
export const newRecords: z.ZodType<{ readonly inputs: readonly NewRecord[] }> = z.strictObject({
  inputs: z.array(createBody.extend({ objectWriteTraceId: z.string().optional() })),
});

const updateBody = z.strictObject({ properties: given });

/** `objects/{type}`: one record, and all of them page by page. */
export function objectRoutes(account: Account): readonly Route[] {
  const shown = ['properties', 'propertiesWithHistory', 'associations', 'archived'];
  const reading = (place: (name: string) => string) => readScope(account, place);
  const writing = (place: (name: string) => string) => writeScope(account, place);
  const [all, one] = ['crm/v3/objects/{type}', 'crm/v3/objects/{type}/{id}'];
  return [
    {
      method: 'GET',
      path: all,
      query: [...shown, 'limit', 'after'],
      scopes: reading,
      answer: (call) => list(account, call),
    },
    { method: 'POST', path: all, scopes: writing, answer: (call) => create(account, call) },
    {
      method: 'GET',
      path: one,
      query: [...shown, 'idProperty'],
      scopes: reading,
      answer: (call) => read(account, call),
    },
    {
      method: 'PATCH',
      path: one,
      query: ['idProperty'],
      scopes: writing,
      answer: (call) => update(account, call),
    },
    { method: 'DELETE', path: one, scopes: writing, answer: (call) => archive(account, call) },
  ];
}

function list(account: Account, { request, place }: ApiCall) {
  const type = account.type(place('type'));
  const { query } = request;
  const showing = showingOf(query);
  const most = (showing.withHistory ?? []).length > 0 ? historyPageMax : pageMax;
  const limit = countIn(query, 'limit', 1, most, 10);
  const found = account.records.page(type, afterIn(query), limit + 1, flagIn(query, 'archived'));
  const last = found.length > limit ? found[limit - 1] : undefined;
  return jsonAnswer(200, {
    results: found.slice(0, limit).map((record) => showRecord(account, type, record, showing)),
    ...(last === undefined ? {} : { paging: { next: { after: last.id, link: nextLink(request, last.id) } } }),
  });
}

function nextLink({ origin, path, query }: ApiCall['request'], after: string): string {
  const next = new URLSearchParams(query);
  next.set('after', after);
  return `${origin}${path}?${next.toString()}`;
}

function create(account: Account, call: ApiCall) {
  const type = account.type(call.place('type'));
  const body = readBody(call.request, createBody);
  const record = createLinked(account, type, body, writingOf(call));
  const { origin, path } = call.request;
  return jsonAnswer(201, showRecord(account, type, record, { all: true }), {
    Location: `${origin}${path}/${record.id}`,
  });
}

/** A record and its first links. Throws 400 for a link that leads nowhere. */
export function createLinked(
  account: Account,
  type: ObjectType,
  { properties, associations }: NewRecord,
  writing: ReturnType<typeof writingOf>,
): KeptRecord {
  const record = account.writer.create(type, properties, writing);
  for (const { to, types } of associations) {
    const asked = types.map(({ associationCategory: category, associationTypeId: typeId }) => ({
      category,
      typeId,
    }));
    const first = asked[0];
    const other = account.catalog.types.find((one) =>
      account.links
        .types(type, one)
        .some(({ category, typeId }) => category === first?.category && typeId === first.typeId),
    );
    if (other === undefined)
      throw invalid(
        `invalid from object type ${type.id} for associations to be created. No type ${String(first?.typeId)}`,
      );
    const target = account.records.find(other, to.id);
    if (target === null || target.archivedMs !== null)
      throw invalid('One or more associations are invalid', {
        context: {
          INVALID_OBJECT_IDS: [`${other.singular}=${to.id} is not valid`],
          objectId: [to.id],
          objectType: [other.singular],
        },
      });
    account.links.link({ type, id: record.id }, { type: other, id: target.id }, asked);
  }
  return record;
}

function read(account: Account, { request, place }: ApiCall) {
  const type = account.type(place('type'));
  const { query } = request;
  const record = findRecord(account, type, place('id'), query.get('idProperty'), flagIn(query, 'archived'));
  return jsonAnswer(200, showRecord(account, type, record, showingOf(query)));
}

function update(account: Account, call: ApiCall) {
  const type = account.type(call.place('type'));
  const record = findRecord(account, type, call.place('id'), call.request.query.get('idProperty'));
  const { properties } = readBody(call.request, updateBody);
  const after = account.writer.update(type, record, properties, writingOf(call));
  return jsonAnswer(200, showRecord(account, type, after, { all: true }));
}

/** Also of a record that is not there: afterwards it is not there. */
function archive(account: Account, call: ApiCall) {
  const type = account.type(call.place('type'));
  const record = account.records.find(type, call.place('id'));
  if (record !== null && record.archivedMs === null) {
    account.writer.archive(record, writingOf(call));
    account.links.leave(record.id, null);
  }
  return emptyAnswer(204);
}

/** @param key the unique property that `id` is a value of. Throws 404, and 400 for a property that is not unique. */
export function findRecord(
  account: Account,
  type: ObjectType,
  id: string,
  key: string | null,
  archived = false,
): KeptRecord {
  const found = key === null ? numericId(id) : holderOf(account, type, key, id);
  const record = found === null ? null : account.records.find(type, found);
  if (record === null || (record.archivedMs !== null) !== archived) throw notFound();
  return record;
}

function numericId(id: string): string {
  if (!/^\d{1,15}$/.test(id)) throw noNumericId(id);
  return id;
}

function holderOf(account: Account, type: ObjectType, key: string, id: string): string | null {
  if (!account.writer.isUnique(type, key))
    throw invalid(
      `Unable to perform read by non-unique ${type.id} property ${key} in portal ID ${account.settings.hubId}`,
    );
  return account.records.holder(type, key, id.trim().toLowerCase());
}

const showingOf = (query: URLSearchParams): Showing => ({
  properties: namesIn(query, 'properties'),
  withHistory: namesIn(query, 'propertiesWithHistory'),
  associations: namesIn(query, 'associations'),
});
