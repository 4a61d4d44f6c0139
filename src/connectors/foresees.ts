import type { WriteMode } from '../model/index.ts';

/** An object of a mapping, as a target looks at it that foresees what it will say to its records. */
export interface Feed {
  readonly object: string;
  readonly relation: string;
  readonly mode: WriteMode;
  readonly fields: readonly FedField[];
}

export interface FedField {
  readonly field: string;
  /** Texts that the mapping itself may give, whatever the records hold. */
  readonly constants: readonly string[];
  /** Objects whose new ids it asks for; empty where it asks for none. */
  readonly lookedUp: readonly string[];
}

/** What a target would refuse or cannot promise of what a mapping feeds, although neither a field's type nor a value of a record shows it. */
export interface Foreseen {
  readonly kind: /** Values that exclude each other are not looked at. */
    | 'pairs-unchecked'
    /** A rule of the target for the values of the field is not held against them. */
    | 'rule-unchecked'
    /** Two objects may say the same of a record, and the second one is refused. */
    | 'said-twice'
    /** A user who is no owner of records. */
    | 'owner-refused';
  readonly object: string;
  readonly field: string;
  /** In words, without a full stop. */
  readonly why: string;
}
