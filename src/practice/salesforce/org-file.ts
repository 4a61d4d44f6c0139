import { z } from 'zod';
import { fileUnreadable } from '../faults.ts';
import type { FieldKind } from './described-object.ts';

/** An app that may sign in. */
export interface OrgClient {
  readonly id: string;
  readonly secret: string;
  readonly refreshToken?: string | undefined;
  /** PEM, for the JWT bearer flow. */
  readonly publicKey?: string | undefined;
  /** Whom it acts for: a user name of this org. */
  readonly user: string;
  readonly scopes: readonly string[];
}

export type Edition = (typeof editions)[number];

/** A field of the description: a new one, or what differs in a standard one. */
export interface OrgField {
  readonly name: string;
  readonly type?: FieldKind | undefined;
  readonly label?: string | undefined;
  readonly length?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly required?: boolean | undefined;
  readonly unique?: boolean | undefined;
  readonly externalId?: boolean | undefined;
  readonly caseSensitive?: boolean | undefined;
  readonly values?:
    | readonly (string | { readonly value: string; readonly under: readonly string[] })[]
    | undefined;
  readonly restricted?: boolean | undefined;
  readonly controller?: string | undefined;
  readonly references?: string | undefined;
  readonly children?: string | undefined;
  readonly onDelete?: 'cascade' | 'clear' | undefined;
  /** Whether this user may write it in new records, and in those that are there. */
  readonly createable?: boolean | undefined;
  readonly updateable?: boolean | undefined;
}

export interface OrgObject {
  readonly name: string;
  readonly label?: string | undefined;
  /** Whether this user may create records of it. */
  readonly createable?: boolean | undefined;
  readonly fields: readonly OrgField[];
}

export interface OrgUser {
  readonly name: string;
  readonly email: string;
  readonly active: boolean;
}

/** Records that agree in all these fields are taken for the same. */
export interface DuplicateRule {
  readonly object: string;
  readonly name: string;
  readonly fields: readonly string[];
  /** Whether a caller may save all the same, with `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  readonly allowSave: boolean;
}

/** A value of the field that does not match is refused; a record without one passes. */
export interface ValidationRule {
  readonly object: string;
  readonly field: string;
  readonly matches: string;
  readonly message: string;
}

/** Its code fails where a value of the field matches, before the record is saved. */
export interface Trigger {
  readonly object: string;
  readonly name: string;
  readonly field: string;
  readonly matches: string;
  readonly exception: string;
  /** Where its code stood, the innermost first. */
  readonly at: readonly string[];
}

/** Whenever a record is saved, and without a word: the field gets this value; where none is told it keeps what it held. */
export interface Flow {
  readonly object: string;
  readonly field: string;
  readonly becomes?: string | number | boolean | null | undefined;
}

/** How the org is set up: edition and limits, who signs in, objects and fields beside the standard ones, its rules. */
export interface OrgSettings {
  readonly edition: Edition;
  readonly licences: number;
  /** Calls in 24 hours, instead of what edition and licences give. */
  readonly callsADay?: number | undefined;
  /** Calls of 20 seconds and more at one time, instead of what the edition gives. */
  readonly longCalls?: number | undefined;
  readonly sessionMinutes: number;
  /** How long the vendor works on a call and on each of its records, in its own time. */
  readonly latency: { readonly callMs: number; readonly recordMs: number };
  /** How long bulk jobs wait, and take for each record; batches in 24 hours, instead of 15,000. */
  readonly bulk: {
    readonly queueMs: number;
    readonly recordMs: number;
    readonly batchesADay?: number | undefined;
  };
  readonly clients: readonly OrgClient[];
  /** Whether who may, sets CreatedDate and its like when a record is created. */
  readonly auditFields: boolean;
  /** Whether records may be given to users who left. */
  readonly inactiveOwners: boolean;
  readonly users: readonly OrgUser[];
  readonly objects: readonly OrgObject[];
  readonly duplicateRules: readonly DuplicateRule[];
  readonly validations: readonly ValidationRule[];
  readonly triggers: readonly Trigger[];
  readonly flows: readonly Flow[];
}

const kinds: readonly FieldKind[] = [
  'string',
  'textarea',
  'email',
  'phone',
  'url',
  'combobox',
  'picklist',
  'multipicklist',
  'boolean',
  'int',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'reference',
];
const fieldName = z.string().regex(/^[A-Za-z]\w{0,79}$/);

const field = z.strictObject({
  name: fieldName,
  type: z.enum(kinds).optional(),
  label: z.string().optional(),
  length: z.int().min(1).max(131_072).optional(),
  precision: z.int().min(1).max(18).optional(),
  scale: z.int().min(0).max(17).optional(),
  required: z.boolean().optional(),
  unique: z.boolean().optional(),
  externalId: z.boolean().optional(),
  caseSensitive: z.boolean().optional(),
  values: z
    .array(z.union([z.string(), z.strictObject({ value: z.string(), under: z.array(z.string()) })]))
    .optional(),
  restricted: z.boolean().optional(),
  controller: z.string().optional(),
  references: z.string().optional(),
  children: z.string().optional(),
  onDelete: z.enum(['cascade', 'clear']).optional(),
  createable: z.boolean().optional(),
  updateable: z.boolean().optional(),
});
const object = z.strictObject({
  name: fieldName,
  label: z.string().optional(),
  createable: z.boolean().optional(),
  fields: z.array(field).default([]),
});
const user = z.strictObject({ name: z.string().min(1), email: z.email(), active: z.boolean().default(true) });
const duplicateRule = z.strictObject({
  object: fieldName,
  name: z.string().min(1),
  fields: z.array(fieldName).min(1),
  allowSave: z.boolean().default(true),
});
const validation = z.strictObject({
  object: fieldName,
  field: fieldName,
  matches: z.string(),
  message: z.string(),
});
const flow = z.strictObject({
  object: fieldName,
  field: fieldName,
  becomes: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});

const trigger = z.strictObject({
  object: fieldName,
  name: z.string().regex(/^(?:\w+\.)?\w+$/),
  field: fieldName,
  matches: z.string(),
  exception: z.string().default('System.NullPointerException: Attempt to de-reference a null object'),
  at: z.array(z.string()).default([]),
});

const editions = [
  'developer',
  'professional',
  'enterprise',
  'unlimited',
  'performance',
  'full-sandbox',
] as const;

const client = z.strictObject({
  id: z.string().min(1),
  secret: z.string().min(1),
  refreshToken: z.string().min(1).optional(),
  publicKey: z.string().optional(),
  user: z.string().default('practice@example.com'),
  scopes: z.array(z.string()).default(['api', 'refresh_token']),
});

const org: z.ZodType<OrgSettings> = z.strictObject({
  edition: z.enum(editions).default('enterprise'),
  licences: z.int().min(1).default(10),
  callsADay: z.int().min(1).optional(),
  longCalls: z.int().min(1).optional(),
  sessionMinutes: z.number().gt(0).default(120),
  latency: z
    .strictObject({ callMs: z.number().min(0).default(0), recordMs: z.number().min(0).default(0) })
    .prefault({}),
  bulk: z
    .strictObject({
      queueMs: z.number().min(0).default(2_000),
      recordMs: z.number().min(0).default(2),
      batchesADay: z.int().min(1).optional(),
    })
    .prefault({}),
  clients: z
    .array(client)
    .min(1)
    .default([
      {
        id: 'practice',
        secret: 'practice-secret',
        refreshToken: 'practice-refresh-token',
        user: 'practice@example.com',
        scopes: ['api', 'refresh_token'],
      },
    ]),
  auditFields: z.boolean().default(false),
  inactiveOwners: z.boolean().default(false),
  users: z.array(user).default([]),
  objects: z.array(object).default([]),
  duplicateRules: z.array(duplicateRule).default([]),
  validations: z.array(validation).default([]),
  triggers: z.array(trigger).default([]),
  flows: z.array(flow).default([]),
});

/** Throws `practice.file-unreadable` naming path, value and what is accepted. */
export function parseOrg(content: unknown, file: string): OrgSettings {
  const parsed = org.safeParse(content ?? {});
  if (!parsed.success) throw fileUnreadable(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}
