import { decodeValue } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { findByKeys, keyText } from './find-records.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import type { SaveOutcome, Sent } from './save-outcome.ts';
import type { SaveRecords } from './save-records.ts';

interface LinksWorld {
  readonly api: OrgApi;
  readonly saver: SaveRecords;
  readonly object: DescribedObject;
  readonly ends: readonly DescribedField[];
}

/**
 * Makes links, which no field of ours names. A call whose answer was lost goes again: where it was carried out the org refuses the
 * second link of two records, and the first one is found by them.
 */
export async function saveLinks<Tag>(
  { api, saver, object, ends }: LinksWorld,
  records: readonly Sent<Tag>[],
): Promise<readonly SaveOutcome<Tag>[]> {
  const tagged = records.map((record) => ({ tag: record, fields: record.fields }));
  const outcomes = await saver.save({ object: object.name, key: null, creates: true }, tagged);
  const keyOf = ({ fields }: Sent<Tag>) => ends.map((end) => decodeValue(end, memberOf(fields, end.name)));
  const refused = outcomes.filter((one) => one.kind === 'refused' && one.refusal.code === 'target.unique');
  const found = await findByKeys(
    api,
    object,
    ends,
    refused.map(({ tag }) => keyOf(tag)),
    [],
  );
  return outcomes.map((outcome) => {
    const { tag, repeated } = outcome;
    const [there] = refused.includes(outcome)
      ? (found.get(keyText(object, ends, keyOf(tag)) ?? '') ?? [])
      : [];
    return there === undefined
      ? { ...outcome, tag: tag.tag }
      : { kind: 'saved', tag: tag.tag, id: there.id, created: false, repeated };
  });
}
