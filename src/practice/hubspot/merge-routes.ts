import { z } from 'zod';
import { emptyAnswer, jsonAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { findRecord } from './object-routes.ts';
import { readBody } from './read-body.ts';
import type { KeptRecord } from './record-store.ts';
import { invalid } from './refusal.ts';
import { type Route, writeScope } from './route.ts';
import { showRecord } from './show-record.ts';
import type { ObjectType } from './standard-objects.ts';

const id = z.union([z.string(), z.number().transform(String)]);
const pair = z.strictObject({ primaryObjectId: id, objectIdToMerge: id });
const forgotten = z.strictObject({ objectId: id, idProperty: z.string().optional() });

/** Two records become one, for good; a contact is forgotten, for good. */
export function mergeRoutes(account: Account): readonly Route[] {
  return [
    {
      method: 'POST',
      path: 'crm/v3/objects/{type}/merge',
      scopes: (place) => writeScope(account, place),
      answer: ({ request, place }) => {
        const type = account.type(place('type'));
        const { primaryObjectId, objectIdToMerge } = readBody(request, pair);
        const into = findRecord(account, type, primaryObjectId, null);
        const from = findRecord(account, type, objectIdToMerge, null);
        if (into.id === from.id) throw invalid('A record cannot be merged with itself');
        merge(account, type, into, from, request.nowMs);
        return jsonAnswer(
          200,
          showRecord(account, type, findRecord(account, type, into.id, null), { all: true }),
        );
      },
    },
    {
      method: 'POST',
      path: 'crm/v3/objects/contacts/gdpr-delete',
      scopes: () => ['crm.objects.contacts.write'],
      answer: ({ request }) => {
        const type = account.type('contacts');
        const { objectId, idProperty } = readBody(request, forgotten);
        const record = findRecord(account, type, objectId, idProperty ?? null);
        account.links.leave(record.id, null);
        account.records.erase(record);
        account.index.changed(record.id, request.nowMs);
        return emptyAnswer(204);
      },
    },
  ];
}

/** The first one's values stay, what it lacks comes from the other one; links move, and the old id leads here. */
function merge(account: Account, type: ObjectType, into: KeptRecord, from: KeptRecord, nowMs: number): void {
  const { records, links, index } = account;
  const listed = (
    name: string,
    ...more: readonly (string | undefined)[]
  ): Readonly<Record<string, string>> => {
    const all = [into.values[name], from.values[name], ...more].filter((one) => one !== undefined);
    return all.length === 0 ? {} : { [name]: all.join(';') };
  };
  const second = from.values['email'] === into.values['email'] ? undefined : from.values['email'];
  const values = {
    ...from.values,
    ...into.values,
    ...listed('hs_merged_object_ids', from.id),
    ...(type.name === 'contacts' && into.values['email'] !== undefined
      ? listed('hs_additional_emails', second)
      : {}),
  };
  records.erase(from);
  records.redirect(from.id, into.id);
  links.leave(from.id, into.id);
  records.update(into, values, nowMs);
  for (const [name, value] of Object.entries(values))
    if (account.writer.isUnique(type, name)) records.holdValue(type, name, value.toLowerCase(), into.id);
  // Both addresses find the one person from now on.
  if (type.name === 'contacts' && second !== undefined) records.holdAlso(type, 'email', second, into.id);
  for (const id of [from.id, into.id]) index.changed(id, nowMs);
}
