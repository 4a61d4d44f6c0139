import type { Relation } from '../model/index.ts';

/** What a system that counts the calls of its callers says of them, and of how many a move takes. */
export interface CountsCalls {
  /** About how many calls it takes to cut so many records of a relation into slices of that size and to read them. */
  toRead(relation: Relation, records: number, rowsPerSlice: number): number;
  /** About how many calls it takes to write them, slice by slice: with the look before each call and the one after it. */
  toWrite(relation: Relation, records: number, rowsPerSlice: number): number;
  /** What this project may call within how long, and what of it is left now, beside what others use. Asking may be a call. */
  limits(): Promise<readonly CallLimit[]>;
}

export interface CallLimit {
  /** For people: `ten seconds`, `a day`. */
  readonly name: string;
  readonly calls: number;
  /** What all may call together, where that is more. */
  readonly of?: number;
  readonly everyMs: number;
  readonly left: number;
}
