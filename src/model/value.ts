/**
 * A value on the road, without loss. Its meaning comes from the `FieldType` beside it; the canonical text of each type is
 * PostgreSQL's text output under fixed settings (DateStyle ISO, TimeZone UTC, IntervalStyle postgres, extra_float_digits 1):
 *
 * | type      | form |
 * |-----------|------|
 * | boolean   | `true` / `false` |
 * | integer   | string, decimal digits, `-` in front when negative, no `+`, no leading zeros |
 * | decimal   | string, exact, scale kept (`12.30`), never scientific; `NaN`, `Infinity`, `-Infinity` |
 * | float     | string, shortest text that reads back to the same binary value; `NaN`, `Infinity`, `-Infinity`, `-0` |
 * | text, enum| string, untouched |
 * | bytes     | Uint8Array |
 * | date      | `2026-11-20`, years past 9999 with more digits, `0044-03-15 BC`, `infinity`, `-infinity` |
 * | time      | `13:45:00[.ffffff]`, `24:00:00` possible; no trailing zeros in the fraction |
 * | timestamp | `2026-11-20 13:45:00[.ffffff]`, `... BC`, `infinity`, `-infinity` |
 * | instant   | the same in UTC with `+00` behind the seconds: `2026-11-20 12:45:00.5+00` |
 * | interval  | `1 year 2 mons -3 days +04:05:06.5` |
 * | uuid      | lower case with hyphens |
 * | json      | string, the document's text; numbers in it are never parsed into binary |
 * | list      | array of values, nested for more dimensions |
 * | native    | string, the engine's own text (tsvector, ranges, inet ...) |
 * | any       | string, Uint8Array or null: whatever the source holds |
 *
 * Invariants: 1. no `number`, no `bigint`, no `Date` is ever a Value. 2. null is the absence of a value and never a text.
 */
export type Value = null | boolean | string | Uint8Array | readonly Value[];

/** The values of one record in the order of the fields that travel beside it. */
export type Row = readonly Value[];
