import type { Row, SqlDialect, Value } from '../model/index.ts';
import type { FieldReading } from './field-reading.ts';
import type { Environment } from './program.ts';
import type { PushedTransform } from './sql/push-transform.ts';

/** One object of the mapping, compiled: source record in, target records out. Used by the engine and, on its own, by the auditor. */
export interface Transform {
  readonly object: string;
  /** Names of the values in every row it gives. */
  readonly targetFields: readonly string[];
  /** Every new id it may ask for, so that they can be resolved for a whole batch before `apply`. */
  readonly lookups: readonly TransformLookup[];
  /**
   * There when the target record is nothing but fields of the source record, each in its place in `targetFields`; then the
   * records may travel without being read. Absent when anything is computed, looked up, purged or multiplied.
   */
  readonly copies?: readonly FieldCopy[];
  /**
   * As `copies`, where texts are also read as values of other types (`x::date`) and local times as those of a zone: every
   * target field takes one source field.
   */
  readonly takes?: readonly FieldTake[];
  /** The same in the SQL of the source, so that the records may travel without being read; absent where nobody wrote it. */
  push?(dialect: SqlDialect): PushedTransform;
  /** Never throws for a record's content: what cannot be transformed is `rejected`. */
  apply(row: Row, environment: Environment): TransformOutcome;
}

export interface FieldCopy {
  readonly source: string;
  readonly target: string;
}

export interface FieldTake extends FieldCopy {
  /** How its text, or its local time, is read as another value; null for a field that is taken as it is. */
  readonly read: Omit<FieldReading, 'field'> | null;
}

/** One place of a mapping that asks for new ids. */
export interface TransformLookup {
  readonly object: string;
  readonly optional: boolean;
  /**
   * The record keys of the old records this source record asks for: one, none (a part is null), or one for each element of
   * its `each`. Never throws: a key that cannot be computed is left out, and `apply` rejects the record.
   */
  keys(row: Row): readonly string[];
}

/** A transform that can also say everything that is wrong with a record, not only the first thing. */
export interface CompiledTransform extends Transform {
  readonly lookups: readonly FieldLookup[];
  /** Every refusal of a record that `apply` rejects, in field order, at most one for each field; empty when it fits. */
  refusals(row: Row, environment: Environment): readonly Refusal[];
}

export interface FieldLookup extends TransformLookup {
  /** The target field it is asked for; null for a purge rule. */
  readonly field: string | null;
  /** The same for each target record this source record makes, in their order; null where a part of its key is null. */
  asked(row: Row): readonly (string | null)[];
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  /** What the expression gave before it was refused; undefined when it could not be computed at all. */
  readonly value: Value | undefined;
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
