import { z } from 'zod';
import type {
  Action,
  Completion,
  Fingerprint,
  PerSystem,
  Protection,
  Role,
  Runbook,
  RunbookStep,
} from '../model/index.ts';

/** The form of a runbook, for reading one back: nothing missing, nothing more, nothing of another kind. */
const digest: z.ZodType<string> = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is not a sha256: digest');
const instant: z.ZodType<string> = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'is not an instant in UTC with milliseconds');
const count: z.ZodType<string> = z.string().regex(/^\d+$/, 'is not a count in decimal digits');
const decimal: z.ZodType<string> = z.string().regex(/^\d+(?:\.\d+)?$/, 'is not a decimal without a sign');
const word: z.ZodType<string> = z.string().min(1);
const words: z.ZodType<readonly string[]> = z.array(z.string());
const whole: z.ZodType<number> = z.int().min(0);
const positive: z.ZodType<number> = z.int().min(1);
const role: z.ZodType<Role> = z.enum(['author', 'approver', 'owner', 'operator']);

const fingerprint: z.ZodType<Fingerprint> = z.strictObject({
  kind: z.enum(['sqlite', 'postgres', 'mysql', 'csv', 'jsonl', 'salesforce', 'hubspot']),
  server: z.string(),
  address: z.string(),
  database: z.string(),
  namespace: z.string(),
});

const perSystem: z.ZodType<PerSystem> = z.strictObject({
  source: whole.exactOptional(),
  target: whole.exactOptional(),
});

const pacedBy = {
  replicaLagSecondsMax: positive.exactOptional(),
  logMibPerSecondMax: positive.exactOptional(),
  logKeptMibMax: positive.exactOptional(),
};

const protection: z.ZodType<Protection> = z.strictObject({
  source: z.strictObject({
    read: z
      .strictObject({
        mibPerSecondMax: positive.exactOptional(),
        timePercentMax: positive.exactOptional(),
        holds: z.enum(['always', 'shared']),
      })
      .exactOptional(),
    ...pacedBy,
  }),
  target: z.strictObject({ lockTimeoutSeconds: positive.exactOptional(), ...pacedBy }),
});

const completion: z.ZodType<Completion> = z.strictObject({
  stage: z.enum(['build', 'attach', 'reference', 'validate', 'settle']),
  relation: word,
  name: word,
  others: words.exactOptional(),
  references: word.nullable(),
  statement: word,
  afterLinks: z.literal(true).exactOptional(),
});

const action: z.ZodType<Action> = z.union([
  z.strictObject({ kind: z.literal('check-target'), objects: words }),
  z.strictObject({ kind: z.literal('create-relations'), relations: words, statements: words }),
  z.strictObject({
    kind: z.literal('copy'),
    object: word,
    deferred: words,
    linked: z.literal(true).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('link'),
    object: word,
    fields: words,
    cycle: z.array(z.strictObject({ object: word, deferred: words })).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('complete-relations'),
    relations: words,
    completions: z.array(completion).readonly(),
  }),
  z.strictObject({ kind: z.literal('advance-sequences'), relations: words }),
  z.strictObject({ kind: z.literal('audit'), objects: words }),
  z.strictObject({ kind: z.literal('sign-off'), role }),
  z.strictObject({
    kind: z.literal('pre-check'),
    check: z.enum(['restore', 'rehearsal', 'monitoring', 'support', 'automation']),
    validHours: positive,
  }),
  z.strictObject({
    kind: z.literal('pre-check'),
    check: z.literal('owners'),
    steps: z.array(z.strictObject({ step: word, owner: word })),
  }),
]);

const step: z.ZodType<RunbookStep> = z.strictObject({
  id: word,
  title: word,
  action,
  digests: z.array(digest).exactOptional(),
  shows: words,
  check: word,
  stopPoint: z.string().nullable(),
  holds: z.enum(['irreversible', 'overwriting']).exactOptional(),
  rollback: z
    .strictObject({
      command: word,
      takesBack: z.literal('the whole run').exactOptional(),
      rehearsedMs: z.number().min(0).nullable(),
    })
    .nullable(),
  irreversible: z.boolean(),
  approver: word,
  rehearsedMs: z.number().min(0).nullable(),
  calls: z.strictObject({ source: whole, target: whole }).exactOptional(),
});

export const runbookForm: z.ZodType<Runbook> = z.strictObject({
  formatVersion: z.literal(1),
  project: word,
  createdAt: instant,
  expiresAt: instant,
  nonce: z.string().min(16),
  mappingDigest: digest,
  mappingAuthor: word,
  mappingSignature: digest,
  policyDigest: digest,
  evidence: z.array(z.strictObject({ name: word, digest })),
  systems: z.array(
    z.strictObject({
      role: z.enum(['source', 'target', 'sandbox']),
      name: word,
      fingerprint,
      schemaDigest: digest,
    }),
  ),
  parties: z.array(z.strictObject({ name: word, version: z.string(), tzdata: z.string() })),
  objects: z.array(
    z.strictObject({
      object: word,
      source: word,
      target: word,
      mode: z.enum(['empty-only', 'append', 'upsert']),
      mappingDigest: digest,
      rules: word.exactOptional(),
      rowsSource: count,
      rowsTargetBefore: count,
    }),
  ),
  leftBehind: z.array(z.strictObject({ relation: word, reason: z.string() })).exactOptional(),
  findings: z.array(
    z.strictObject({
      id: word,
      code: word,
      severity: z.enum(['block', 'warn', 'note']),
      records: count.nullable(),
      title: z.string(),
      mappingDigest: digest,
      decision: digest.nullable(),
    }),
  ),
  options: z.strictObject({
    rowsPerSlice: positive,
    slicesAtOnceMax: positive,
    retryBudgetMs: whole,
    protection: protection.exactOptional(),
    checkpoints: z.literal('beside').exactOptional(),
  }),
  callLimits: z
    .array(
      z.strictObject({
        system: z.enum(['source', 'target']),
        name: word,
        calls: positive,
        of: positive.exactOptional(),
        everyMs: positive,
        left: whole,
      }),
    )
    .exactOptional(),
  stopRules: z.strictObject({
    quarantinedPer10000: z.number().min(0).max(10_000),
    quarantinedFloor: whole,
    auditDifferencesMax: whole,
    idsMax: whole.exactOptional(),
    timestampsMax: whole.exactOptional(),
    stepTimeFactor: z.number().min(1),
    stepMinutesMax: positive.exactOptional(),
    restoreTimeFactor: positive.exactOptional(),
    replicaLagSecondsMax: perSystem.exactOptional(),
    lockWaitSecondsMax: perSystem.exactOptional(),
    logWrittenMibMax: perSystem.exactOptional(),
    logKeptMibMax: perSystem.exactOptional(),
    apiCallsLeftMin: perSystem.exactOptional(),
    totals: z.array(z.strictObject({ relation: word, field: word, differenceMax: decimal })).exactOptional(),
    ranges: z
      .array(z.strictObject({ relation: word, field: word, from: word.nullable(), to: word.nullable() }))
      .exactOptional(),
    cleanFields: z.array(z.strictObject({ relation: word, field: word })).exactOptional(),
    lookEverySlices: positive.exactOptional(),
    window: z.strictObject({ notBefore: instant, notAfter: instant }).nullable(),
    action: z.literal('roll-back').exactOptional(),
  }),
  approvals: z.strictObject({
    role,
    people: positive,
    authorMayBeOnlyApprover: z.literal(false),
    forRisk: z
      .array(
        z.strictObject({ risk: z.enum(['irreversible', 'overwriting', 'losing']), role, people: positive }),
      )
      .exactOptional(),
  }),
  responsibility: z
    .strictObject({ accountable: word, responsible: words, consulted: words, informed: words })
    .exactOptional(),
  restore: z
    .strictObject({
      evidence: digest,
      backup: digest,
      drilledAt: instant,
      durationMs: z.number().min(0),
      factor: z.number().min(1),
    })
    .exactOptional(),
  pointOfNoReturn: z.string().nullable(),
  steps: z.array(step).min(1),
});
