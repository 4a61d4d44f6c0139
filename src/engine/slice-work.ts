import type { BulkLoad, SliceWrite, Snapshot } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import type { RecordBatch, Relation, Row, Slice } from '../model/index.ts';

/** What is the same for all slices of a step. */
export interface SliceWork {
  readonly step: string;
  /** The step of the runbook whose warrant covers it. */
  readonly origin: string;
  readonly object: string;
  readonly source: Relation;
  readonly target: Relation;
  readonly transform: Transform;
  readonly mode: SliceWrite['mode'];
  readonly key: readonly string[];
  readonly captureIds: boolean;
  /** Set for a second pass: records with an open entry of this step are not in the target, and are passed over. */
  readonly firstPass: string | null;
  /** A repair: see `SliceWrite`. */
  readonly putsBack?: boolean;
  /** True for a target row that need not be written because the target holds it already. */
  readonly needless: (row: Row) => boolean;
}

/** Where the records of one slice come from. */
export interface SliceInput {
  readonly number: number;
  read(snapshot: Snapshot): AsyncIterable<RecordBatch>;
  /** The token of the claim under which it is brought; left out where one process works alone. */
  readonly fence?: string;
  /** There where its records may go through the pipe. */
  readonly pipe?: PipedSlice;
}

export interface PipedSlice {
  readonly slice: Slice;
  readonly load: BulkLoad;
  /** For each of `load.purges` what the mapping says of it. */
  readonly purgeReasons: readonly string[];
  /** The target fields that name a record. */
  readonly key: readonly string[];
  /** Whether `key` holds the source's identity, in its order, and is sorted alike: then the slice's bounds are the target's. */
  readonly bounded: boolean;
}
