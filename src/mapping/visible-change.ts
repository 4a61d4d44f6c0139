/** What people who work with the records may notice once the new system is the one they use. */
export interface VisibleChange {
  readonly kind: VisibleChangeKind;
  /** The target relation; that of the source for what stays behind whole. */
  readonly relation: string;
  /** Where they knew it: a field or relation of the source, or how it is computed. */
  readonly before: string;
  /** Where they find it now; null where it is not there any more. */
  readonly after: string | null;
  /** Old -> new, those that become one beside each other; empty without a value map. */
  readonly values: readonly MergedValue[];
  readonly why: string | null;
}

export interface MergedValue {
  readonly olds: readonly string[];
  readonly now: string | null;
}

export type VisibleChangeKind =
  /** Records that stay behind: a relation, or those a purge rule names. */
  | 'records-gone'
  | 'field-gone'
  | 'renamed'
  | 'values'
  /** A text may be shorter, a number have fewer digits. */
  | 'cut'
  | 'time'
  | 'new-id'
  /** One record becomes several. */
  | 'split'
  /** The same content as another kind of value. */
  | 'retyped'
  | 'hidden'
  | 'computed';
