import type { FieldType, Row, SqlDialect, Value } from '../model/index.ts';
import type { FieldReading } from './field-reading.ts';
import type { SqlText } from './sql/sql-text.ts';

/**
 * A compiled expression of the mapping language. Pure: the same row and the same answers give the same value.
 *
 * Invariants: 1. `evaluate` reads only the fields in `reads`. 2. it returns a value of `type`, or throws a GodwitError
 * with `fate: 'never'` that names what could not be computed. 3. three-valued logic and NULL are PostgreSQL's.
 */
export interface Program {
  readonly text: string;
  readonly type: FieldType;
  readonly reads: readonly string[];
  /** The field that is handed on as it is; null when anything is computed. */
  readonly field: string | null;
  /** The field of text that is read as a value, and nothing else done to it; null otherwise. */
  readonly reading: FieldReading | null;
  readonly lookups: readonly LookupUse[];
  evaluate(row: Row, environment: Environment): Value;
  /** The same in the source's own SQL; see `sql/write-node.ts`. */
  toSql(dialect: SqlDialect): SqlText;
}

/** One `lookup(object, key...)` in an expression: its keys are asked for in batches before the rows are evaluated. */
export interface LookupUse {
  readonly object: string;
  /** `lookup_or_null`: an old record without a new id gives null instead of making the record one that cannot go. */
  readonly optional: boolean;
  /** Record key text of the old record, or null when a part is null (then the lookup is null). */
  key(row: Row): string | null;
}

export interface Environment {
  /** The new id for an old one; undefined when the old record has none, which makes the record one that cannot go. */
  lookup(object: string, key: string): Value | undefined;
  /** Keyed digest for `mask()`, hexadecimal, at least 64 digits. */
  mask(text: string): string;
}

/** What an expression may see: the fields of its row in order, and the objects whose new ids it may ask for. */
export interface Scope {
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
  readonly lookups: ReadonlyMap<string, { readonly key: readonly FieldType[]; readonly id: FieldType }>;
}

/** How a value of one type becomes a value of another without being altered. */
export type Assignment =
  | { readonly kind: 'exact'; readonly apply: (value: Value) => Value }
  /** Some values do not fit: `apply` throws a GodwitError (`value.too-long`, `value.out-of-range`, ...), never alters. */
  | { readonly kind: 'checked'; readonly apply: (value: Value) => Value; readonly condition: string }
  | { readonly kind: 'none'; readonly reason: string };
