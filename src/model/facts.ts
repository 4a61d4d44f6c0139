/** What profiling found in one system. Written to `facts/profile.*.yaml`; examples are masked unless the user asked otherwise. */
export interface Profile {
  readonly formatVersion: 1;
  readonly relations: readonly RelationProfile[];
}

export interface RelationProfile {
  readonly relation: string;
  /** Exact, decimal digits. */
  readonly rows: string;
  /** Records that could not be read as records of their relation. */
  readonly badRecords: string;
  readonly fields: readonly FieldProfile[];
  readonly duplicates: readonly DuplicateProfile[];
  readonly orphans: readonly OrphanProfile[];
}

export interface FieldProfile {
  readonly field: string;
  readonly nulls: string;
  readonly empty: string;
  readonly blank: string;
  readonly distinct: { readonly count: string; readonly exact: boolean };
  /** In the type's own order; text by code points; masked where the field is personal. */
  readonly min: string | null;
  readonly max: string | null;
  readonly charactersMin: number | null;
  readonly charactersMax: number | null;
  /** Shapes of the values: letters a, upper A, digits 9, the rest as it is; most frequent first. */
  readonly patterns: readonly { readonly pattern: string; readonly count: string }[];
  /** Most frequent values, masked where personal; complete when `distinct` is exact and not above their number. */
  readonly values: readonly { readonly value: string; readonly count: string }[];
  readonly dateStyles: readonly {
    readonly style: string;
    readonly count: string;
    readonly ambiguous: string;
  }[];
  readonly traits: readonly Trait[];
}

/** Something worth knowing about many values of a field. */
export interface Trait {
  readonly kind:
    | 'untrimmed'
    | 'doubled-spaces'
    | 'case-variants'
    | 'encoding-damage'
    | 'json-in-text'
    | 'list-in-text'
    | 'number-in-text'
    | 'date-in-text'
    | 'mixed-date-styles'
    | 'impossible-date'
    | 'zoneless-instant'
    | 'control-characters'
    | 'replacement-characters'
    | 'wrong-type';
  readonly count: string;
  readonly example: string | null;
  readonly note: string | null;
}

export interface DuplicateProfile {
  readonly fields: readonly string[];
  /** Why these fields were tried: `declared key`, `looks like an e-mail address`, ... */
  readonly because: string;
  readonly groups: string;
  readonly records: string;
  readonly examples: readonly string[];
}

export interface OrphanProfile {
  readonly fields: readonly string[];
  readonly references: { readonly relation: string; readonly fields: readonly string[] };
  readonly declared: boolean;
  /** Share of the non-null values that resolve, for inferred relations, from 0 to 1 as decimal text. */
  readonly resolved: string;
  readonly orphans: string;
  readonly examples: readonly string[];
}
