/** The whole mapping of a migration: one object per target relation and source, ordered by file name. */
export interface Mapping {
  readonly formatVersion: 1;
  readonly objects: readonly ObjectMapping[];
  /** Source relations that are not carried over at all, each with the reason. */
  readonly leftBehind: readonly { readonly relation: string; readonly reason: string }[];
}

/** How the records of one source relation become records of one target relation. */
export interface ObjectMapping {
  /** Unique within the mapping; the file's name without `.yaml`. */
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly mode: WriteMode;
  /** Target fields that name one target record; used for upsert, lookups, audit. */
  readonly key: readonly string[];
  /** Create the target relation when it is not there, from the mapping. */
  readonly create: boolean;
  readonly each: EachElement | null;
  readonly purge: readonly PurgeRule[];
  readonly fields: readonly FieldMapping[];
  /** Source fields that are not carried over, each with the reason. */
  readonly leftBehind: readonly { readonly field: string; readonly reason: string }[];
  readonly owner: string | null;
  readonly note: string | null;
  /** The file it came from, for messages; null when made in memory. */
  readonly file: string | null;
}

export type WriteMode = 'empty-only' | 'append' | 'upsert';

/** One target record for each element of a list: `each: { name: email, in: "string_to_array(emails, ';')", ordinal: n }`. */
export interface EachElement {
  /** Name under which expressions see the element. */
  readonly name: string;
  /** Expression over the source record that gives a list; null or an empty list gives no record. */
  readonly in: string;
  /** Name under which expressions see the element's place, counted from 1; null when not wanted. */
  readonly ordinal: string | null;
}

/** Records for which `when` is true stay behind; the reason is part of the record. The first rule that holds is the one named. */
export interface PurgeRule {
  readonly when: string;
  readonly reason: string;
}

export interface FieldMapping {
  /** The target field. */
  readonly field: string;
  /** An expression of the mapping language over the source record. */
  readonly from: string;
  /** Old text -> new text; must cover every value the data holds. */
  readonly values: ReadonlyMap<string, string | null> | null;
  /** What happens to a value that `values` does not list: refused before the run, or the record is quarantined. */
  readonly unmatched: 'error' | 'quarantine';
  readonly owner: string | null;
  readonly note: string | null;
  /** Where it stands in its file, for messages. */
  readonly line: number | null;
}
