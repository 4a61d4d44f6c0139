import { hash } from 'node:crypto';
import type { DescribedField, DescribedObject } from './described.ts';
import type { Json } from './exact-json.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** The object whose records are the versions of files. */
export const versionsName = 'ContentVersion';

/** The content of a file on its way: of the one field of its record that holds bytes. */
export interface FileContent {
  readonly field: string;
  readonly bytes: Uint8Array;
  readonly md5: string;
}

export const fileContent = (field: string, bytes: Uint8Array): FileContent => ({
  field,
  bytes,
  md5: hash('md5', bytes),
});

export const isContent = ({ type }: DescribedField): boolean => type === 'base64';

/** In which the org tells the MD5 of what it keeps; null where it tells none. */
export const digestField = ({ fields }: DescribedObject): DescribedField | null =>
  fields.find(({ name }) => name === 'Checksum') ?? null;

/** The record with the digest of its content in place of the content, which is never shown. */
export function withDigest(object: DescribedObject, record: Json): Json {
  const field = object.fields.find(isContent);
  const digest = digestField(object);
  if (field === undefined || digest === null || record === null) return record;
  return { ...(record as Readonly<Record<string, Json>>), [field.name]: memberOf(record, digest.name) };
}

/** The MD5 of what the org keeps of a file: as it tells it, else of the bytes, which are read for that. */
export async function keptDigest(
  api: OrgApi,
  object: DescribedObject,
  record: Json,
  { field }: FileContent,
): Promise<string | null> {
  const digest = digestField(object);
  const told = digest === null ? null : memberOf(record, digest.name);
  if (typeof told === 'string') return told.toLowerCase();
  const place = memberOf(record, field);
  return typeof place === 'string' ? hash('md5', await contentAt(api, object.name, place)) : null;
}

/** A record shows where the bytes are: `/services/data/v62.0/sobjects/ContentVersion/068.../VersionData`. */
export async function contentAt(api: OrgApi, object: string, path: string): Promise<Uint8Array> {
  return await api.bytes({ method: 'GET', path, label: `read a file of ${object}` });
}
