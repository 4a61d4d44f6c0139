import { decodeValue } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { conditionsFor } from './key-conditions.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { idOf, readPages, roomForKeys } from './record-pages.ts';

/**
 * Of these records, those that others refer to, each with the object of one of them. Records that refer to each other and are all
 * to go do not count, nor what the org itself refers to. Objects that are not looked at are not asked.
 */
export async function neededRecords(
  api: OrgApi,
  { name }: DescribedObject,
  objects: readonly DescribedObject[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const needed = new Map<string, string>();
  const going = new Set(ids);
  const refers = (one: DescribedField): boolean =>
    one.refersTo.includes(name) && one.filterable && (one.createable || one.updateable);
  for (const child of objects)
    for (const field of child.fields.filter(refers))
      for (const [parent, of] of await referring(api, child, field, ids))
        if (child.name !== name || !going.has(of)) needed.set(parent, child.name);
  return needed;
}

/** The record that is referred to, and the one that refers. */
async function referring(
  api: OrgApi,
  child: DescribedObject,
  field: DescribedField,
  ids: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  const keys = ids.map((id) => [id]);
  const room = roomForKeys(child.name, [field.name]);
  for (const where of conditionsFor(child, [field.name], keys, room)) {
    if (where === null) continue;
    const wanted = { object: child, fields: [field], after: null, upTo: null, where };
    for await (const page of readPages(api, wanted))
      for (const record of page)
        found.push([String(decodeValue(field, memberOf(record, field.name))), idOf(record)]);
  }
  return found;
}
