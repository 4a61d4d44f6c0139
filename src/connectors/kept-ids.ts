import { keyValues, type RecordKey, type Row } from '../model/index.ts';

/** Which ids of one object of one run are asked for: those of an old record, or those that are this new one. */
export type AskedIds = {
  readonly run: string;
  readonly object: string;
  /** At most so many are given. */
  readonly most: number;
} & ({ readonly source: RecordKey } | { readonly target: Row });

/** A new id that was captured for an old record, and the slice that brought the record. */
export interface KeptId {
  readonly step: string;
  readonly slice: number;
  readonly targetKey: Row;
  readonly source: KeptSource;
}

export type KeptSource =
  /** The old record's key as it is. */
  | { readonly kind: 'key'; readonly key: RecordKey }
  /** A keyed digest of it, from which nobody gets the key back; of any key it says whether it is this one. */
  | { readonly kind: 'digest'; readonly is: (key: RecordKey) => boolean };

/** As the tables of a target hold it, key texts readable. */
export function readableId(
  step: unknown,
  slice: unknown,
  { source, target }: { readonly source: unknown; readonly target: unknown },
): KeptId {
  return {
    step: String(step),
    slice: Number(slice),
    targetKey: keyValues(String(target)),
    source: { kind: 'key', key: String(source) },
  };
}
