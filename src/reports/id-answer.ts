import type { Row } from '../model/index.ts';

/** What became of one old record, or what a new one was before: all that is known, and nothing that is guessed. */
export interface IdAnswer {
  readonly object: string;
  /** From which side it was asked. */
  readonly asked: 'source' | 'target';
  readonly source: NamedRecords;
  readonly target: NamedRecords;
  /** As it was asked for, in the canonical form of its fields. */
  readonly key: Row;
  /** `found`: one record; `several`: more than one, of which none is chosen; what the others mean is said in `text`. */
  readonly state: IdState;
  /** A sentence for people without a full stop. */
  readonly text: string;
  readonly matches: readonly IdMatch[];
  /** There are more matches than are listed. */
  readonly more: boolean;
  /** Open entries of the record in quarantine. */
  readonly entries: readonly string[];
  /** What has to be known besides; sentences with a full stop. */
  readonly notes: readonly string[];
}

export interface NamedRecords {
  readonly relation: string;
  /** The fields that name a record. */
  readonly fields: readonly string[];
}

export type IdState =
  | 'found'
  | 'several'
  | 'quarantined'
  | 'purged'
  | 'not-moved'
  | 'not-there'
  /** It cannot be told from what is kept. */
  | 'not-kept';

export interface IdMatch {
  /** Null where the mapping itself gives the new key: then nothing is kept of single records. */
  readonly kept: { readonly run: string; readonly step: string; readonly slice: number } | null;
  /** The old record's key; null where it cannot be told. */
  readonly source: Row | null;
  readonly target: Row;
  /** The id by which the target itself knows the record, where the mapping names it by other fields; null where it is the same. */
  readonly own: Row | null;
}
