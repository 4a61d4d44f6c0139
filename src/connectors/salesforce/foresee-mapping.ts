import type { FedField, Feed, Foreseen } from '../port.ts';
import { type DescribedObject, listOf } from './described.ts';
import { versionsName } from './file-content.ts';
import { linksName } from './link-ends.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { inAddress } from './soql.ts';

/** The place a file gets as it is made, and the end of a link that says another one. */
const firstPlace = 'FirstPublishLocationId';
const linkedPlace = 'LinkedEntityId';
const ownerField = 'OwnerId';
/** Of a user: 15 characters, or 18 of which the last three only repeat how the others are written. */
const userId = /^005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/;
/** Ids of one question, so that it fits into an address. */
const idsAtOnce = 200;

/** What an org will say to a mapping that neither types nor values show. Asks for users only where the mapping names some. */
export async function foreseeMapping(
  api: OrgApi,
  described: readonly DescribedObject[],
  feeds: readonly Feed[],
): Promise<readonly Foreseen[]> {
  return [
    ...feeds.flatMap((feed) => dependentFields(feed, described)),
    ...placedTwice(feeds),
    ...(await refusedOwners(api, feeds)),
  ];
}

function dependentFields(
  { object, relation, fields }: Feed,
  described: readonly DescribedObject[],
): readonly Foreseen[] {
  const known = described.find(({ name }) => name === relation)?.fields ?? [];
  return fields.flatMap(({ field }) => {
    const controller = known.find(({ name }) => name === field)?.controller ?? null;
    if (controller === null) return [];
    const why = `the org takes a value only beside those of ${controller} that allow it, and which these are is not looked at`;
    return [{ kind: 'pairs-unchecked', object, field, why } as const];
  });
}

/** A link to the record on which a file is published is made with the file: adding it is refused, merging leaves it. */
function placedTwice(feeds: readonly Feed[]): readonly Foreseen[] {
  const files = feeds.flatMap((feed) => fedAs(feed, versionsName, firstPlace));
  const added = feeds.filter(({ mode }) => mode !== 'upsert');
  return added
    .flatMap((feed) => fedAs(feed, linksName, linkedPlace))
    .flatMap((link): readonly Foreseen[] => {
      const first = files.find((file) => mayBeAlike(file.fed, link.fed));
      if (first === undefined) return [];
      const why = `${first.object} fills ${versionsName}.${firstPlace}, by which the org links each file to that record itself: the same link is refused`;
      return [{ kind: 'said-twice', object: link.object, field: linkedPlace, why }];
    });
}

const fedAs = ({ object, relation, fields }: Feed, name: string, field: string) =>
  relation === name ? fields.filter((fed) => fed.field === field).map((fed) => ({ object, fed })) : [];

/** New ids of different objects are never alike. */
const mayBeAlike = (one: FedField, other: FedField): boolean =>
  one.lookedUp.length === 0 ||
  other.lookedUp.length === 0 ||
  one.lookedUp.some((object) => other.lookedUp.includes(object));

async function refusedOwners(api: OrgApi, feeds: readonly Feed[]): Promise<readonly Foreseen[]> {
  const given = feeds.map(({ object, fields }) => ({ object, ids: [...new Set(fields.flatMap(usersIn))] }));
  const active = await areActive(api, [...new Set(given.flatMap(({ ids }) => ids))]);
  return given.flatMap(({ object, ids }): readonly Foreseen[] => {
    const refused = ids.flatMap((id) => {
      const is = active.get(shortId(id));
      if (is === true) return [];
      return is === undefined ? `this user sees no user ${id}` : `the user ${id} is not active`;
    });
    if (refused.length === 0) return [];
    return [{ kind: 'owner-refused', object, field: ownerField, why: refused.join(', ') }];
  });
}

const usersIn = ({ field, constants }: FedField): readonly string[] =>
  field === ownerField ? constants.filter((text) => userId.test(text)) : [];

async function areActive(api: OrgApi, ids: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const active = new Map<string, boolean>();
  for (let from = 0; from < ids.length; from += idsAtOnce) {
    const listed = ids.slice(from, from + idsAtOnce).map((id) => `'${id}'`);
    const soql = `SELECT Id,IsActive FROM User WHERE Id IN (${listed.join(',')})`;
    const path = `query?q=${inAddress(soql)}`;
    const told = await api.json({ method: 'GET', path, label: 'look which users are active' });
    for (const user of listOf(told, 'records')) {
      const id = memberOf(user, 'Id');
      if (typeof id === 'string') active.set(shortId(id), memberOf(user, 'IsActive') === true);
    }
  }
  return active;
}

const shortId = (id: string): string => id.slice(0, 15);
