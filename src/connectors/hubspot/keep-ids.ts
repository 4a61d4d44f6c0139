import type { RecordKey, Row } from '../../model/index.ts';
import type { RefusedRecord, SliceWrite } from '../port.ts';
import type { SliceName, TargetState } from './target-state.ts';

/**
 * Keeps the ids of a slice that is whole. One that puts back replaces those that were kept, because a record that was deleted since
 * has another id; not where one of the records of a source key was refused: which of them the kept id names is not known then.
 */
export function keepIds(
  state: TargetState,
  name: SliceName,
  {
    object,
    putsBack,
    refused,
  }: Pick<SliceWrite, 'object' | 'putsBack'> & { readonly refused: readonly RefusedRecord[] },
  ids: readonly (readonly [RecordKey, Row])[],
): void {
  const unsure = new Set(refused.map(({ sourceKey }) => sourceKey));
  for (const [sourceKey, key] of ids)
    if (putsBack === undefined) state.addId(name, object, sourceKey, key);
    else if (!unsure.has(sourceKey)) state.replaceId(name, object, sourceKey, key);
}
