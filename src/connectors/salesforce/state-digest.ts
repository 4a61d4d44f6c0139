import type { WriteJournal } from '../write-journal/index.ts';
import type { DescribedField } from './described.ts';
import { type Json, writeExactly } from './exact-json.ts';
import { memberOf } from './org-api.ts';

/** What a record holds in these fields, as a keyed digest: says that nobody changed it, without saying what it holds. */
export function stateDigest(
  journal: WriteJournal,
  fields: readonly Pick<DescribedField, 'name'>[],
  record: Json,
): string {
  const shown = fields.map(({ name }) => `${name}=${writeExactly(memberOf(record, name))}`).sort();
  return journal.blind(JSON.stringify(['state', ...shown]));
}
