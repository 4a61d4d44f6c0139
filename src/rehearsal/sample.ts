import type { RecordKey } from '../model/index.ts';

/** Why a record is in the sample. Only `drawn` records count in estimates; the others were pulled in on purpose. */
export type SampleReason = 'drawn' | 'awkward' | 'parent' | 'child';

export interface Link {
  readonly child: string;
  readonly childFields: readonly string[];
  readonly parent: string;
  readonly parentFields: readonly string[];
}

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
