import { listOf } from './described.ts';
import type { Json } from './exact-json.ts';
import { versionsName } from './file-content.ts';
import { isOwnersLink, linksName } from './link-ends.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { idOf } from './record-pages.ts';
import { inAddress } from './soql.ts';

/** Documents of one question. */
const documentsMost = 200;

export interface GoingFiles {
  /** By version, the document that goes with it. */
  readonly documents: ReadonlyMap<string, string>;
  /** By version, why it stays. */
  readonly staying: ReadonlyMap<string, string>;
}

/**
 * Which documents go with these versions: the org deletes no version alone. One stays that has other versions, or that somebody hung
 * on a record besides the one it was published at.
 */
export async function filesToRemove(api: OrgApi, versions: readonly string[]): Promise<GoingFiles> {
  const going = new Set(versions);
  const documents = new Map<string, string>();
  for (const version of await selectIn(api, versionsName, ['ContentDocumentId'], 'Id', versions))
    documents.set(idOf(version), textOf(version, 'ContentDocumentId'));
  const ids = [...new Set(documents.values())];
  const reasons = new Map<string, string>();
  const published = new Set<string>();
  const columns = ['ContentDocumentId', 'FirstPublishLocationId'];
  for (const version of await selectIn(api, versionsName, columns, 'ContentDocumentId', ids)) {
    const document = textOf(version, 'ContentDocumentId');
    published.add(`${document} ${textOf(version, 'FirstPublishLocationId')}`);
    if (!going.has(idOf(version))) reasons.set(document, 'its document has other versions');
  }
  const linked = ['ContentDocumentId', 'LinkedEntityId'];
  for (const link of await selectIn(api, linksName, linked, 'ContentDocumentId', ids)) {
    const [document, place] = [textOf(link, 'ContentDocumentId'), textOf(link, 'LinkedEntityId')];
    if (!isOwnersLink(link) && !published.has(`${document} ${place}`))
      reasons.set(document, 'it hangs on other records, too');
  }
  const staying = new Map(
    [...documents].flatMap(([version, document]) => {
      const why = reasons.get(document);
      return why === undefined ? [] : [[version, why] as const];
    }),
  );
  return { documents, staying };
}

/** Where its content is not as it was sent: nothing of it stays. */
export async function removeFile(api: OrgApi, object: string, id: string): Promise<void> {
  const { documents } = object === versionsName ? await filesToRemove(api, [id]) : { documents: new Map() };
  const document = documents.get(id) as string | undefined;
  const path = document === undefined ? `sobjects/${object}/${id}` : `sobjects/ContentDocument/${document}`;
  await api.put({ method: 'DELETE', path, label: `delete a file of ${object}`, content: null });
}

async function selectIn(
  api: OrgApi,
  object: string,
  fields: readonly string[],
  by: string,
  ids: readonly string[],
): Promise<readonly Json[]> {
  const found: Json[] = [];
  for (let from = 0; from < ids.length; from += documentsMost) {
    const list = ids.slice(from, from + documentsMost).map((id) => `'${id}'`);
    const soql = `SELECT Id,${fields.join(',')} FROM ${object} WHERE ${by} IN (${list.join(',')})`;
    let path: string | null = `query?q=${inAddress(soql)}`;
    while (path !== null) {
      const told: Json = await api.json({ method: 'GET', path, label: `read ${object} of files` });
      found.push(...listOf(told, 'records'));
      const next = memberOf(told, 'nextRecordsUrl');
      path = typeof next === 'string' ? next : null;
    }
  }
  return found;
}

function textOf(record: Json, name: string): string {
  const value = memberOf(record, name);
  return typeof value === 'string' ? value : '';
}
