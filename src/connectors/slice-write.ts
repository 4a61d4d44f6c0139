import type { RecordKey, Relation, Row, SliceCounts } from '../model/index.ts';

/** What is written of a slice, and into what. */
export interface PlannedWrite {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
  /** Name of the mapping's object: the name under which new ids are kept. */
  readonly object: string;
  readonly relation: Relation;
  /** `update` sets fields of records that are there (second pass), and refuses a record that is not. */
  readonly mode: 'insert' | 'upsert' | 'update';
  /** Names of the values in each row. */
  readonly fields: readonly string[];
  /**
   * Fields that name a record for upsert and update and, where they are written, for undo. In one slice as across slices,
   * the later of two upserted records with the same key wins.
   */
  readonly key: readonly string[];
  /** Keep source key -> target key, for lookups of later objects; of a slice that puts back, in the place of what was kept. */
  readonly captureIds: boolean;
  /**
   * The step of this run that wrote the records first: the slice only puts them back to that (a repair). Taking the run back takes them back with the
   * slices that wrote them first, so nothing is kept for undoing this one; undoing it forgets its checkpoint.
   */
  readonly putsBack?: string | undefined;
  /** Refused where the fence was raised beyond this token; not asked for where it is left out. */
  readonly fence?: string | undefined;
  /**
   * Called once, inside the transaction and before its commit: whoever called makes refused records durable and answers
   * with the counts that go into the checkpoint. When it throws, nothing of the slice stays.
   */
  readonly beforeCommit: (refused: readonly RefusedRecord[]) => Promise<SliceCounts>;
}

/** A slice of a run, or all of it. */
export interface FencePlace {
  readonly run: string;
  readonly slice: { readonly step: string; readonly slice: number } | null;
}

/** How a target keeps out who lost a slice to another and does not know it yet. Tokens are decimal digits; later ones are higher. */
export interface Fences {
  /** Makes what it needs in the target (idempotent). */
  prepare(): Promise<void>;
  /** From when this resolves on, nothing of the place is committed under a lower token, also not by a transaction that is open now. */
  raise(place: FencePlace, token: string): Promise<void>;
}

export interface SliceWrite extends PlannedWrite {
  readonly batches: AsyncIterable<readonly WriteRecord[]>;
}

export interface WriteRecord {
  readonly sourceKey: RecordKey;
  readonly row: Row;
}

export interface RefusedRecord {
  readonly sourceKey: RecordKey;
  readonly row: Row;
  readonly code: RefusalCode;
  /** The system's words without values of other records; never a secret. */
  readonly message: string;
  readonly field: string | null;
  readonly constraint: string | null;
}

export type RefusalCode =
  | 'target.unique'
  | 'target.foreign-key'
  | 'target.not-null'
  | 'target.check'
  | 'target.type'
  | 'target.missing'
  | 'target.refused';

export interface SliceResult {
  /** False when the slice was in the target already; then nothing was written and the counts are the stored ones. */
  readonly applied: boolean;
  readonly counts: SliceCounts;
}
