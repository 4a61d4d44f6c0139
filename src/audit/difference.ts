import type { RecordKey, Value } from '../model/index.ts';

/** One record that is not what the source and the mapping say it should be. */
export type Difference =
  | ({ readonly kind: 'missing'; readonly key: string } & RecordOrigin)
  | { readonly kind: 'extra'; readonly key: string }
  /** There more often than it should be; `times` in the target, `expected` by the source. */
  | { readonly kind: 'duplicated'; readonly key: string; readonly times: number; readonly expected: number }
  | ({
      readonly kind: 'changed';
      readonly key: string;
      readonly fields: readonly ChangedField[];
    } & RecordOrigin)
  /** There, but not a valid record of its relation: a text in a number's column, broken characters. */
  | {
      readonly kind: 'unreadable';
      /** Its key where that could be read and is the one records are named by, else where it stands. */
      readonly key: string;
      /** What it should be; null when that is not known. */
      readonly origin: RecordOrigin | null;
      readonly field: string | null;
      readonly why: string;
    }
  /** The same content stands under another key. */
  | ({ readonly kind: 'moved'; readonly key: string; readonly to: string } & RecordOrigin)
  /** Two records have exchanged these fields. */
  | ({
      readonly kind: 'swapped';
      readonly key: string;
      readonly with: string;
      readonly fields: readonly ChangedField[];
    } & RecordOrigin);

/** Which source record, through which object of the mapping, asks for the record. */
export interface RecordOrigin {
  readonly object: string;
  readonly sourceKey: RecordKey;
}

export interface ChangedField {
  readonly field: string;
  readonly expected: Value;
  readonly actual: Value;
  /** How it differs, when the way is a known one. */
  readonly how: string | null;
}
