import type { BadRecord, Row, Value } from '../../model/index.ts';
import { decodeValue, Unexpected } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { type Json, writeExactly } from './exact-json.ts';
import { contentAt } from './file-content.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { idOf } from './record-pages.ts';

export type DecodedRecord =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'bad'; readonly bad: BadRecord };

/** A record of an answer as a row of `fields`; the bytes of a file are asked for one by one. */
export async function decodeRecord(
  api: OrgApi,
  object: DescribedObject,
  fields: readonly DescribedField[],
  record: Json,
): Promise<DecodedRecord> {
  const row: Value[] = [];
  for (const field of fields) {
    const value = memberOf(record, field.name);
    try {
      row.push(field.type === 'base64' ? await bytesAt(api, object, value) : decodeValue(field, value));
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      return { kind: 'bad', bad: badRecord(object, field, record, error.message) };
    }
  }
  return { kind: 'row', row };
}

async function bytesAt(api: OrgApi, { name }: DescribedObject, place: Json): Promise<Value> {
  if (place === null) return null;
  if (typeof place !== 'string' || !place.startsWith('/')) throw new Unexpected('a file has no address');
  return await contentAt(api, name, place);
}

function badRecord(object: DescribedObject, field: DescribedField, record: Json, why: string): BadRecord {
  const id = idOf(record);
  return {
    key: [id],
    where: `${object.name} ${id}`,
    original: new TextEncoder().encode(writeExactly(record)),
    code: 'salesforce.unexpected-value',
    message: why,
    field: field.name,
  };
}
