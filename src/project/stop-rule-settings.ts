import { z } from 'zod';
import { type CleanField, type RangeRule, stepMinutesMax, type TotalRule } from '../model/index.ts';
import { instant, whole } from './setting-values.ts';

/** What `stop_rules` of `godwit.yaml` says, settled. */
export interface StopRuleSettings {
  readonly quarantined_per_10000: number;
  readonly quarantined_floor: number;
  readonly audit_differences: number;
  /** Null: not asked of their own. */
  readonly ids: number | null;
  readonly timestamps: number | null;
  readonly step_time_factor: number;
  readonly step_minutes: number;
  /** Null: not asked. */
  readonly restore_time_factor: number | null;
  /** Null, as the next four: not asked. */
  readonly replica_lag_seconds: PerSystemSettings | null;
  readonly lock_wait_seconds: PerSystemSettings | null;
  readonly log_written_mib: PerSystemSettings | null;
  readonly log_kept_mib: PerSystemSettings | null;
  readonly api_calls_left: PerSystemSettings | null;
  /** Sorted by relation and field; null: none. */
  readonly totals: readonly TotalRule[] | null;
  /** Sorted by relation and field; null: none. */
  readonly ranges: readonly RangeRule[] | null;
  readonly clean_fields: readonly CleanField[] | null;
  readonly look_every_slices: number;
  /** ISO instants in UTC with milliseconds. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly action: 'pause' | 'roll-back';
}

export interface PerSystemSettings {
  readonly source: number | null;
  readonly target: number | null;
}

const acceptedDecimal = 'a decimal without a sign, for example 0.05';

const acceptedBound = 'a number, or a date as 2026-11-20 or 2026-11-20 20:00:00';

const window = z
  .strictObject({ from: instant, to: instant }, { error: 'from, to' })
  .refine(({ from, to }) => from < to, { error: 'a window that ends after it begins' });

type PerSystemText = {
  readonly source?: string | null | undefined;
  readonly target?: string | null | undefined;
};

/** A limit for the source, for the target, or for both; nothing in it is no rule, and refused. */
const perSystem = (
  unit: string,
): z.ZodDefault<z.ZodOptional<z.ZodNullable<z.ZodType<PerSystemSettings, PerSystemText>>>> =>
  z
    .strictObject(
      {
        source: whole(unit, 0, 1_000_000_000).nullish().default(null),
        target: whole(unit, 0, 1_000_000_000).nullish().default(null),
      },
      { error: `source, target: ${unit}` },
    )
    .refine(({ source, target }) => source !== null || target !== null, {
      error: `for which system: source, target: ${unit}`,
    })
    .nullish()
    .default(null);

/** `{ invoice: { amount: 0 } }`: relation, field, how far apart the sums may be. */
const totals = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z.string({ error: acceptedDecimal }).regex(/^\d{1,30}(?:\.\d{1,30})?$/, { error: acceptedDecimal }),
    ),
    { error: 'relation: { field: how far apart the sums may be }' },
  )
  .transform((byRelation) =>
    fieldsOf(byRelation).map(([relation, field, differenceMax]) => ({ relation, field, differenceMax })),
  )
  .nullish()
  .default(null);

const bound = z
  .string({ error: acceptedBound })
  .regex(/^(?:-?\d{1,30}(?:\.\d{1,30})?|\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)$/, { error: acceptedBound })
  .nullish()
  .default(null);

/** `{ item: { id: { from: 1, to: 250000 }, made: { from: 2001-01-01 } } }`. */
const ranges = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z
        .strictObject({ from: bound, to: bound }, { error: 'from, to' })
        .refine(({ from, to }) => from !== null || to !== null, { error: 'from, to, or both' }),
    ),
    { error: 'relation: { field: { from, to } }' },
  )
  .transform((byRelation) =>
    fieldsOf(byRelation).map(([relation, field, { from, to }]) => ({ relation, field, from, to })),
  )
  .nullish()
  .default(null);

/** `{ ticket: [subject, body] }`. */
const cleanFields = z
  .record(z.string(), z.array(z.string()).min(1), { error: 'relation: [field, field]' })
  .transform((byRelation) =>
    Object.entries(byRelation)
      .flatMap(([relation, fields]) => fields.map((field) => ({ relation, field })))
      .sort((a, b) => (`${a.relation}\n${a.field}` < `${b.relation}\n${b.field}` ? -1 : 1)),
  )
  .nullish()
  .default(null);

/** Everything may be left out. */
type StopRuleText = { readonly [Key in keyof StopRuleSettings]?: unknown };

export const stopRulesForm: z.ZodType<StopRuleSettings, StopRuleText> = z.strictObject(
  {
    quarantined_per_10000: whole('a number from 0 to 10000', 0, 10_000).default(100),
    quarantined_floor: whole('a whole number', 0, 1_000_000_000).default(100),
    audit_differences: whole('a whole number', 0, 1_000_000_000).default(0),
    ids: whole('a whole number', 0, 1_000_000_000).nullish().default(null),
    timestamps: whole('a whole number', 0, 1_000_000_000).nullish().default(null),
    step_time_factor: whole('a whole number', 1, 1_000_000).default(10),
    step_minutes: whole('a number of minutes from 1 to 1000000', 1, 1_000_000).default(stepMinutesMax),
    restore_time_factor: whole('a whole number', 1, 1_000_000).nullish().default(null),
    replica_lag_seconds: perSystem('a whole number of seconds'),
    lock_wait_seconds: perSystem('a whole number of seconds'),
    log_written_mib: perSystem('a whole number of MiB'),
    log_kept_mib: perSystem('a whole number of MiB'),
    api_calls_left: perSystem('a whole number of calls'),
    totals,
    ranges,
    clean_fields: cleanFields,
    look_every_slices: whole('a number from 1 to 1000000', 1, 1_000_000).default(1),
    window: window.nullish().default(null),
    action: z.enum(['pause', 'roll-back'], { error: 'pause (default) or roll-back' }).default('pause'),
  },
  {
    error:
      'quarantined_per_10000, quarantined_floor, audit_differences, ids, timestamps, step_time_factor, step_minutes, restore_time_factor, replica_lag_seconds, lock_wait_seconds, log_written_mib, log_kept_mib, api_calls_left, totals, ranges, clean_fields, look_every_slices, window, action',
  },
);

/** Relation, field and what stands there, in one order whatever the file's. */
function fieldsOf<Said>(
  byRelation: Readonly<Record<string, Readonly<Record<string, Said>>>>,
): [string, string, Said][] {
  const order = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
    a[0] < b[0] ? -1 : 1;
  return Object.entries(byRelation)
    .sort(order)
    .flatMap(([relation, fields]) =>
      Object.entries(fields)
        .sort(order)
        .map(([field, said]): [string, string, Said] => [relation, field, said]),
    );
}
