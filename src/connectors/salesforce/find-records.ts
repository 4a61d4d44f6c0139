import { type Row, recordKey } from '../../model/index.ts';
import { decodeValue } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { comparable } from './encode-value.ts';
import type { Json } from './exact-json.ts';
import { answerUnreadable, notWritable } from './faults.ts';
import { idField } from './inspect.ts';
import { conditionsFor } from './key-conditions.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { idOf, readPages, roomForKeys } from './record-pages.ts';

/** The most records of one answer to a reading by ids. */
export const idsMost = 2_000;

export interface FoundRecord {
  readonly id: string;
  readonly record: Json;
}

/** How the org compares a key; null where no record can have it. */
export function keyText(object: DescribedObject, fields: readonly DescribedField[], key: Row): string | null {
  const parts = fields.map((field, at) => comparable(object, field, key[at] ?? null));
  return parts.includes(null) ? null : recordKey(parts);
}

/** The records that have one of the keys, by what `keyText` makes of it. Throws `salesforce.not-writable`. */
export async function findByKeys(
  api: OrgApi,
  object: DescribedObject,
  keyFields: readonly DescribedField[],
  keys: readonly Row[],
  shown: readonly DescribedField[],
): Promise<ReadonlyMap<string, readonly FoundRecord[]>> {
  const fields = [...new Set([...keyFields, ...shown])];
  const found = new Map<string, FoundRecord[]>();
  const names = keyFields.map(({ name }) => name);
  const room = roomForKeys(
    object.name,
    fields.map(({ name }) => name),
  );
  for (const where of conditionsFor(object, names, keys, room)) {
    if (where === null)
      throw notWritable(object.name, `records cannot be searched by ${names.join(', ')}, so they are no key`);
    for await (const page of readPages(api, { object, fields, after: null, upTo: null, where }))
      for (const record of page) {
        const values = keyFields.map((field) => decodeValue(field, memberOf(record, field.name)));
        const text = keyText(object, keyFields, values) ?? '';
        found.set(text, [...(found.get(text) ?? []), { id: idOf(record), record }]);
      }
  }
  return found;
}

/** The records that are there, by their id. */
export async function findByIds(
  api: OrgApi,
  object: DescribedObject,
  ids: readonly string[],
  shown: readonly DescribedField[],
): Promise<ReadonlyMap<string, Json>> {
  const fields = [...new Set([idField, ...shown.map(({ name }) => name)])];
  const found = new Map<string, Json>();
  for (let from = 0; from < ids.length; from += idsMost) {
    const label = `read ${object.name} by ids`;
    const told = await api.json({
      method: 'POST',
      path: `composite/sobjects/${object.name}`,
      label,
      content: { ids: ids.slice(from, from + idsMost), fields },
    });
    if (!Array.isArray(told)) throw answerUnreadable(label, 'it is no list');
    for (const record of told as readonly Json[]) if (record !== null) found.set(idOf(record), record);
  }
  return found;
}
