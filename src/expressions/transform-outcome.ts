import type { Row } from '../model/index.ts';
import type { Environment, LookupUse } from './program.ts';

/** One object of the mapping, compiled: source record in, target records out. Used by the engine and, on its own, by the auditor. */
export interface Transform {
  readonly object: string;
  /** Names of the values in every row it gives. */
  readonly targetFields: readonly string[];
  /** Every new id it may ask for, so that they can be resolved for a whole batch before `apply`. */
  readonly lookups: readonly LookupUse[];
  /** Never throws for a record's content: what cannot be transformed is `rejected`. */
  apply(row: Row, environment: Environment): TransformOutcome;
}

export type TransformOutcome =
  | { readonly kind: 'records'; readonly rows: readonly Row[] }
  | { readonly kind: 'purged'; readonly rule: number; readonly reason: string }
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      /** The target field that could not be computed; null when the record as a whole was refused. */
      readonly field: string | null;
    };
