import type { Json } from './exact-json.ts';
import { memberOf } from './org-api.ts';

/** The object whose records say on which records documents hang. */
export const linksName = 'ContentDocumentLink';

/** Which name a link: a document hangs on a record once, and an org takes no field of ours for it. */
export const linkEnds: readonly string[] = ['ContentDocumentId', 'LinkedEntityId'];

/** Ids of users begin so. */
const userPrefix = '005';

/** A document always belongs to a user, who has a link of his own. */
export const isOwnersLink = (link: Json): boolean => textOf(link, 'LinkedEntityId').startsWith(userPrefix);

export const documentOf = (record: Json): string => textOf(record, 'ContentDocumentId');

function textOf(record: Json, name: string): string {
  const value = memberOf(record, name);
  return typeof value === 'string' ? value : '';
}
