import type { Value } from '../../model/index.ts';
import { JobGivenUp } from './bulk-query.ts';
import { decodeValue, Unexpected } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import type { Json } from './exact-json.ts';
import type { HeldCopy } from './held-copy.ts';
import { idField } from './inspect.ts';
import { conditionsFor } from './key-conditions.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { idOf, readPages, roomForKeys } from './record-pages.ts';

export const changedField = 'SystemModstamp';
/** They alter without telling so: `SystemModstamp` stays. */
const alterAlone = new Set(['LastViewedDate', 'LastReferencedDate']);

/**
 * Reads some records of the copy by a query as well, in one call: one that was not changed since has to say the same, and they have to
 * come in the order in which the copy gives them. Throws `JobGivenUp` where an org writes its bulk results in another way.
 */
export async function checkCopy(
  api: OrgApi,
  object: DescribedObject,
  fields: readonly DescribedField[],
  copy: HeldCopy,
): Promise<void> {
  const names = fields.map(({ name }) => name);
  const keys = copy.sample().map((id) => [id]);
  const [where] = conditionsFor(object, [idField], keys, roomForKeys(object.name, names));
  if (where === undefined || where === null) return;
  const compared = fields.filter(({ name, calculated }) => !calculated && !alterAlone.has(name));
  let last = '';
  for await (const page of readPages(api, { object, fields, after: null, upTo: null, where }))
    for (const record of page) {
      const id = idOf(record);
      if (id <= last) throw new JobGivenUp('the org orders ids in another way');
      last = id;
      const field = differsIn(compared, record, copy.record(id));
      if (field !== null) throw new JobGivenUp(`it writes ${field} in another way than queries do`);
    }
}

function differsIn(fields: readonly DescribedField[], asked: Json, held: Json): string | null {
  const changed = memberOf(asked, changedField);
  const stamp = fields.find(({ name }) => name === changedField);
  if (stamp === undefined || valueOf(stamp, changed) !== valueOf(stamp, memberOf(held, changedField)))
    return null;
  const other = fields.find(
    (field) => valueOf(field, memberOf(asked, field.name)) !== valueOf(field, memberOf(held, field.name)),
  );
  return other?.name ?? null;
}

/** What is none of its type is `undefined`, however it is written. */
function valueOf(field: DescribedField, value: Json): Value | undefined {
  try {
    return decodeValue(field, value);
  } catch (error) {
    if (error instanceof Unexpected) return undefined;
    throw error;
  }
}
