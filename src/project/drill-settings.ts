import { z } from 'zod';
import { text, whole } from './setting-values.ts';

/** What `drills` of `godwit.yaml` says, settled. @template System how a system stands there */
export interface DrillSettings<System> {
  readonly restore: RestoreDrillSettings<System> | null;
  readonly rollback: {
    /** In an emergency taking the run back may take so many times as long as in the rehearsal. */
    readonly time_factor: number;
  } | null;
  readonly monitoring: MonitoringSettings | null;
  /** For how long what a drill showed counts. */
  readonly valid_days: number;
}

export interface RestoreDrillSettings<System> {
  /** The system the backup is of. */
  readonly of: 'source' | 'target';
  readonly backup: string;
  readonly scratch: System;
  /** Folder of the client programs; null: wherever PATH finds them. */
  readonly programs: string | null;
  /** The user's own program instead of the client, with its arguments. */
  readonly command: readonly string[] | null;
  readonly jobs: number;
  readonly compare: 'records' | 'counts';
  readonly tolerance_records: number;
  /** In an emergency restoring may take so many times as long as in the drill. */
  readonly time_factor: number;
  readonly app_reads: readonly AppReadSettings[];
}

export interface AppReadSettings {
  readonly name: string;
  readonly query: string | null;
  readonly command: readonly string[] | null;
  readonly expect: string | null;
}

export interface MonitoringSettings {
  readonly url: string | null;
  readonly command: readonly string[] | null;
  /** Has to stand in the answer; null: that it answers is enough. */
  readonly expect: string | null;
  readonly valid_hours: number;
}

const argv = z
  .array(text('a program and its arguments'), {
    error: 'a list: the program, then each argument; no shell reads it',
  })
  .min(1)
  .nullish()
  .default(null);

const optional = (accepted: string): z.ZodType<string | null, string | null | undefined> =>
  text(accepted).nullish().default(null);

const factor = 'a number from 1 to 100, for example 1.5';

const timeFactor = z
  .string({ error: factor })
  .regex(/^\d{1,3}(?:\.\d{1,2})?$/, { error: factor })
  .transform(Number)
  .refine((value) => value >= 1 && value <= 100, { error: factor })
  .default(1);

const appRead = z
  .strictObject(
    {
      name: text('what the application reads'),
      query: optional('one statement that reads'),
      command: argv,
      expect: optional('the whole answer, as text'),
    },
    { error: 'name, query or command, expect' },
  )
  .refine(({ query, command }) => (query === null) !== (command === null), { error: 'query or command' })
  .refine(({ query, expect }) => query === null || expect !== null, {
    error: 'what the query has to answer',
  });

const monitoring = z
  .strictObject(
    {
      url: optional('an address that begins with http:// or https://'),
      command: argv,
      expect: optional('words that have to stand in the answer'),
      valid_hours: whole('a number from 1 to 720', 1, 720).default(24),
    },
    { error: 'url or command, expect, valid_hours' },
  )
  .refine(({ url, command }) => (url === null) !== (command === null), { error: 'url or command' });

/** @param system how a system is read; of those that can be made and dropped one may be the scratch system */
export function drillsForm<System extends { readonly kind: string; readonly database?: string }>(
  system: z.ZodType<System>,
): z.ZodType<DrillSettings<System>> {
  const scratch = system
    .refine(({ kind }) => ['sqlite', 'postgres', 'mysql'].includes(kind), {
      error: 'a system with kind: sqlite, postgres or mysql',
    })
    .refine(({ database }) => database === undefined || /^[a-z_][a-z0-9_]{0,62}$/.test(database), {
      error: 'a database whose name has lower-case letters, digits and _ alone',
    });
  const restore = z.strictObject(
    {
      of: z.enum(['source', 'target'], { error: 'source or target (default)' }).default('target'),
      backup: text('the path of a backup'),
      scratch,
      programs: optional('the folder of the client programs'),
      command: argv,
      jobs: whole('a number from 1 to 64', 1, 64).default(1),
      compare: z.enum(['records', 'counts'], { error: 'records (default) or counts' }).default('records'),
      tolerance_records: whole('a whole number', 0, 1_000_000_000).default(0),
      time_factor: timeFactor,
      app_reads: z.array(appRead, { error: 'a list of name, query, expect' }).default([]),
    },
    {
      error:
        'of, backup, scratch, programs, command, jobs, compare, tolerance_records, time_factor, app_reads',
    },
  );
  return z.strictObject(
    {
      restore: restore.nullish().default(null),
      rollback: z.strictObject({ time_factor: timeFactor }, { error: 'time_factor' }).nullish().default(null),
      monitoring: monitoring.nullish().default(null),
      valid_days: whole('a number from 1 to 365', 1, 365).default(30),
    },
    { error: 'restore, rollback, monitoring, valid_days' },
  );
}
