import type { ForeignKey, Relation } from '../model/index.ts';

/** What a system that counts the calls of its callers says of them, and of how many a move takes. */
export interface CountsCalls {
  /** About how many calls it takes to cut so many records of a relation into slices of that size and to read them. */
  toRead(relation: Relation, records: number, rowsPerSlice: number): number;
  /** About how many to read them once, from the first to the last. */
  toReadThrough(relation: Relation, records: number, others: RecordsOf): number;
  toCount(relation: Relation, records: number, others: RecordsOf): number;
  /**
   * About how many calls it takes to write them, slice by slice: with the look before each call and the one after it.
   *
   * @param characters by field, how long its values are on average, where that was seen
   */
  toWrite(
    relation: Relation,
    records: number,
    rowsPerSlice: number,
    characters?: ReadonlyMap<string, number>,
  ): number;
  /** About how many it takes to see that each of these references of a relation that is read leads somewhere, where all do. */
  toFollow(child: Relation, references: readonly FollowedReference[]): number;
  /** To see whether a relation is as it was; see `Inspects.lookAgain`. */
  toLookAgain(relation: Relation): number;
  /** What is the same whatever is moved. */
  always(): Promise<StandingCalls>;
  /** What this project may call within how long, and what of it is left now, beside what others use. Asking may be a call. */
  limits(): Promise<readonly CallLimit[]>;
}

/** How many records a relation has, by its name; null where that is not known. */
export type RecordsOf = (relation: string) => number | null;

export interface FollowedReference {
  readonly foreignKey: ForeignKey;
  readonly parent: Relation;
  /** How many records refer, at most, and to how many at most. */
  readonly referring: number;
  readonly parents: number;
}

/** To open the system, to inspect it, to take a view of it, and to make it ready to be written. */
export interface StandingCalls {
  readonly open: number;
  readonly inspect: number;
  readonly view: number;
  readonly prepare: number;
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

/** How many calls it takes to fetch so many records by their keys, of which at most 1,000 are asked for at a time. */
export function callsToFetch(keys: number, keysOfCall: number): number {
  const roundMost = 1_000;
  const rounds = Math.floor(keys / roundMost);
  return rounds * Math.ceil(roundMost / keysOfCall) + Math.ceil((keys - rounds * roundMost) / keysOfCall);
}
