import type { DescribedObject } from './described.ts';
import type { Json } from './exact-json.ts';
import { documentOf, isOwnersLink, linksName } from './link-ends.ts';
import type { OrgApi } from './org-api.ts';
import { idOf, readPages, type WantedRecords } from './record-pages.ts';

/** Documents of one question, and of one of its answers at least. */
export const documentsMost = 200;

/**
 * On which records documents hang. An org shows links only by one of their ends, so the documents are gone through in the order of
 * their ids, and the links of some of them asked for at a time. Bounds are ids of documents.
 *
 * Invariants: 1. links of one document come together. 2. links to users are left out: an org makes one for the owner of each document.
 */
export async function* readLinkPages(
  api: OrgApi,
  { object, fields, after, upTo }: Omit<WantedRecords, 'where'>,
): AsyncGenerator<readonly Json[]> {
  const documents: DescribedObject = { ...object, name: 'ContentDocument' };
  for await (const page of readPages(api, { object: documents, fields: [], after, upTo, where: null }))
    for (let from = 0; from < page.length; from += documentsMost) {
      const ids = page.slice(from, from + documentsMost).map(idOf);
      const where = `ContentDocumentId IN (${ids.map((id) => `'${id}'`).join(',')})`;
      const ends = object.fields.filter(
        ({ name }) => name === 'ContentDocumentId' || name === 'LinkedEntityId',
      );
      const wanted = [...new Set([...ends, ...fields])];
      const links: Json[] = [];
      for await (const some of readPages(api, { object, fields: wanted, after: null, upTo: null, where }))
        links.push(...some.filter((link) => !isOwnersLink(link)));
      // Ids of links are not in the order of their documents.
      yield links.sort((one, other) =>
        documentOf(one) < documentOf(other) ? -1 : documentOf(one) > documentOf(other) ? 1 : 0,
      );
    }
}

export const isLinks = ({ name }: Pick<DescribedObject, 'name'>): boolean => name === linksName;
