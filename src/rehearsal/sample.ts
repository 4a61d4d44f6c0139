import type { RecordKey, Row } from '../model/index.ts';

/** Why a record is in the sample. Only `drawn` records count in estimates; the others were pulled in on purpose. */
export type SampleReason = 'drawn' | 'awkward' | 'parent' | 'child';

/**
 * Records of one relation that need records of others: by a reference the source declares, by a `lookup()` of the mapping, or
 * by a reference of the target over what the mapping gives.
 */
export interface Link {
  readonly child: string;
  /** The keys a record of the child asks for, none of them with a null. Takes the fields in the relation's order. */
  asks(row: Row): readonly Row[];
  /** Where such a record may be; the first that has it is enough. */
  readonly parents: readonly LinkedParent[];
  /** The child's fields that hold the key, by which the children of a record are found; null: they are not looked for. */
  readonly childFields: readonly string[] | null;
}

export type LinkedParent =
  | { readonly kind: 'by-fields'; readonly relation: string; readonly fields: readonly string[] }
  /** The key is computed: every record of the relation is asked. */
  | { readonly kind: 'computed'; readonly relation: string; gives(row: Row): readonly Row[] };

export interface AwkwardRecord {
  readonly key: RecordKey;
  /** The stratum: `longest remarks`, `orphan`, `blank name`. */
  readonly why: string;
}

/**
 * The records of a rehearsal, by relation. Referentially complete: every parent of a record in it is in it too, unless the
 * source itself lacks the parent; those are counted as `orphans`.
 */
export interface Sample {
  readonly seed: string;
  readonly relations: ReadonlyMap<string, ReadonlyMap<RecordKey, SampleReason>>;
  readonly report: readonly SampledRelation[];
}

export interface SampledRelation {
  readonly relation: string;
  readonly rowsTotal: number;
  readonly drawn: number;
  readonly awkward: number;
  readonly parents: number;
  readonly children: number;
  readonly orphans: number;
  /** With 95 % confidence a defect in at least this share of the records shows in the drawn ones. */
  readonly provenShare: number;
  readonly strata: readonly { readonly why: string; readonly records: number }[];
}
