import type { ObjectCatalog } from './object-catalog.ts';
import type { RecordTables, Row } from './record-tables.ts';
import { recordRefusal } from './refusal.ts';

/**
 * What a new version of a file brings with it: its document where it is the first, with links to its owner and to where it is
 * published first.
 * The newest version of a document is the one that is shown.
 */
export function publishFile(version: Row, catalog: ObjectCatalog, tables: RecordTables): Row {
  if ((version['VersionData'] ?? null) === null)
    throw recordRefusal('REQUIRED_FIELD_MISSING', 'Required fields are missing: [VersionData]', [
      'VersionData',
    ]);
  const [document, link, versions] = ['ContentDocument', 'ContentDocumentLink', 'ContentVersion'].map(
    (name) => catalog.object(name),
  );
  if (document === undefined || link === undefined || versions === undefined) return version;
  const shown = {
    Title: version['Title'] ?? null,
    FileExtension: version['FileExtension'] ?? null,
    ContentSize: version['ContentSize'] ?? null,
    LatestPublishedVersionId: version['Id'] ?? null,
    SystemModstamp: version['SystemModstamp'] ?? null,
  };
  const known = version['ContentDocumentId'];
  if (typeof known === 'string') {
    const field = catalog.field(versions, 'ContentDocumentId');
    const earlier = field === null ? [] : tables.holding(versions, field, known);
    for (const id of earlier) tables.update(versions, id, { IsLatest: 0 });
    tables.update(document, known, shown);
    return { ...version, VersionNumber: String(earlier.length + 1) };
  }
  const id = tables.nextId(document.prefix);
  const inherited = ['CreatedDate', 'CreatedById', 'LastModifiedDate', 'LastModifiedById', 'OwnerId'];
  const stamps = Object.fromEntries(inherited.map((name) => [name, version[name] ?? null]));
  tables.insert(document, { ...stamps, ...shown, Id: id, IsDeleted: 0 });
  const { OwnerId: owner, ...linkStamps } = stamps;
  // Its owner has it in any case; the place it is published at is another one.
  const places = [
    { LinkedEntityId: owner ?? null, ShareType: 'I' },
    { LinkedEntityId: version['FirstPublishLocationId'] ?? null, ShareType: 'V' },
  ].filter(
    ({ LinkedEntityId: end }, at, all) =>
      typeof end === 'string' && (at === 0 || end !== all[0]?.LinkedEntityId),
  );
  for (const place of places)
    tables.insert(link, {
      ...linkStamps,
      ...place,
      SystemModstamp: shown.SystemModstamp,
      Id: tables.nextId(link.prefix),
      IsDeleted: 0,
      ContentDocumentId: id,
      Visibility: 'AllUsers',
    });
  return { ...version, ContentDocumentId: id, VersionNumber: '1' };
}
