import { type RecordKey, type Row, recordKey } from '../../model/index.ts';
import type { RefusedRecord, SliceWrite } from '../port.ts';
import type { SliceName, TargetState } from './target-state.ts';

/** In the order in which each source record gave its records, whichever of them was there first. */
export function inOrder(
  byPlace: ReadonlyMap<string, readonly [RecordKey, Row]>,
): readonly (readonly [RecordKey, Row])[] {
  const number = (place: string): number => Number(place.slice(place.lastIndexOf('#') + 1));
  return [...byPlace].toSorted(([one], [other]) => number(one) - number(other)).map(([, id]) => id);
}

/**
 * Keeps the ids of a slice that is whole: of each source key the first. One that puts back replaces those that were kept, because a record that was deleted since
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
  for (const [sourceKey, of] of Map.groupBy(ids, ([key]) => key)) {
    const [, first] = of[0] ?? [];
    const kept = putsBack === undefined ? null : state.targetKey(name.run, object, sourceKey);
    const isThere = of.some(([, key]) => recordKey(key) === kept);
    if (first === undefined || isThere) continue;
    if (putsBack === undefined) state.addId(name, object, sourceKey, first);
    else if (!unsure.has(sourceKey)) state.replaceId(name, object, sourceKey, first);
  }
}
