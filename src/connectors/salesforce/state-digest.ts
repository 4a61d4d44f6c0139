import type { WriteJournal } from '../write-journal/index.ts';
import type { DescribedField } from './described.ts';
import { type Json, writeExactly } from './exact-json.ts';
import { memberOf } from './org-api.ts';

/**
 * What a record holds in these fields, as a keyed digest: says that nobody changed it, without saying what it holds. A field without a
 * value, or a checkbox that is not set, says nothing: an admin may make fields that were not there when the digest was made.
 */
export function stateDigest(
  journal: WriteJournal,
  fields: readonly Pick<DescribedField, 'name'>[],
  record: Json,
): string {
  const shown = fields
    .map(({ name }) => ({ name, value: memberOf(record, name) }))
    .filter(({ value }) => value !== null && value !== false)
    .map(({ name, value }) => `${name}=${writeExactly(value)}`)
    .sort();
  return journal.blind(JSON.stringify(['state', ...shown]));
}
