import { findByIds } from './find-records.ts';
import { documentOf } from './link-ends.ts';
import type { OrgApi } from './org-api.ts';
import type { SalesforcePlan } from './prepared-record.ts';

/** By version of a file its document, where that is what a `lookup()` of it gives; else nothing: a record is looked up as itself. */
export async function lookedUpAs(
  api: OrgApi,
  { object, document }: SalesforcePlan,
  versions: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (document === null) return new Map();
  const found = await findByIds(api, object, versions, [document]);
  return new Map(Array.from(found, ([id, record]) => [id, documentOf(record)]));
}
