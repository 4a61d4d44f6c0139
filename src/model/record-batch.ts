import type { Row } from './value.ts';

/** Some records of one relation, in the order of the relation's identity. */
export interface RecordBatch {
  readonly relation: string;
  /** Names of the values in every row, in their order; synthetic fields included. */
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
  /** Records that could be located but not read into rows: counted, kept, never dropped. */
  readonly bad: readonly BadRecord[];
}

/** A record that the source holds but that is not a valid record of its relation (a ragged CSV line, text in a number column). */
export interface BadRecord {
  /** Values of the identity fields where they could be read. */
  readonly key: Row | null;
  /** Where a person finds it: `contacts.csv line 14502`, `rowid 77`. */
  readonly where: string;
  /** The original, byte for byte. */
  readonly original: Uint8Array;
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
}
