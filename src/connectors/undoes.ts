import type { RecordKey, Relation, Value } from '../model/index.ts';

export interface Undoes {
  /** Several slices of one step may be undone at the same time, over a connection each. */
  readonly sideBySide?: true;
  /**
   * Undoes one slice in one transaction; a slice that is not there gives zero counts. The checkpoint and the captured ids
   * go with the last record: while records are refused the slice stays in `applied`, and undoing can be repeated.
   */
  undoSlice(request: UndoRequest): Promise<UndoResult>;
  /**
   * Slices of this run that were begun and never ended: what they left is undone like the others. Absent where a slice is there
   * whole or not at all.
   */
  begun?(run: string): Promise<readonly { readonly step: string; readonly slice: number }[]>;
  /**
   * Called before the first slice of these relations is undone, again when an undo is gone on with: makes ready what spares time,
   * and says so, a sentence for people each. Absent where there is nothing to make ready.
   */
  makeReady?(relations: readonly Relation[]): Promise<readonly string[]>;
  /** Takes that away again. */
  clearAway?(): Promise<void>;
}

export interface UndoRequest {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
  readonly relation: Relation;
}

export interface UndoResult {
  readonly rowsRemoved: number;
  readonly rowsRestored: number;
  /** Records left as they are because somebody changed or needs them; their undo information stays. */
  readonly refused: readonly NotTakenBack[];
}

export interface NotTakenBack {
  readonly key: RecordKey;
  readonly reason: string;
  /** Of a record that was given its earlier values: what it does not hold of them, as it was seen afterwards. */
  readonly differs?: readonly NotPutBack[];
}

/** A field that holds another value than before the run, although it was given back. */
export interface NotPutBack {
  readonly field: string;
  readonly before: Value;
  readonly now: Value;
}
