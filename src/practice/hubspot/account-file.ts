import { z } from 'zod';
import { fileUnreadable } from '../faults.ts';
import { fieldTypes, type PropertyKind, propertyKinds } from './property-definition.ts';
import { ruleContent, ruleTypes, type ValidationRule } from './validation-rule.ts';

export type Plan = (typeof plans)[number];

/** An app that calls: with a token of its own, or by OAuth. */
export interface AccountApp {
  readonly name: string;
  readonly kind: 'private' | 'service-key' | 'oauth';
  readonly token?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly scopes: readonly string[];
}

export interface AccountOwner {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Who left stays, archived. */
  readonly active: boolean;
}

/** A property of the description: a new one, or what differs in one of the vendor's. */
export interface AccountProperty {
  readonly name: string;
  readonly type?: PropertyKind | undefined;
  readonly fieldType?: (typeof fieldTypes)[number] | undefined;
  readonly label?: string | undefined;
  readonly unique?: boolean | undefined;
  readonly options?: readonly string[] | undefined;
  readonly sensitive?: boolean | undefined;
  /** Whether an app may not write it: `false` lets the day be set on which a record was made. */
  readonly readOnly?: boolean | undefined;
  /** What an admin demands of its values. */
  readonly rules?: readonly ValidationRule[] | undefined;
}

/** An admin's rule: where `when` holds (or always), these properties have to be there. */
export interface RequiredRule {
  readonly when?: { readonly property: string; readonly value: string } | undefined;
  readonly properties: readonly string[];
}

export interface AccountObject {
  readonly name: string;
  /** Both make it a custom object; a standard one has none. */
  readonly labels?: { readonly singular: string; readonly plural: string } | undefined;
  readonly properties: readonly AccountProperty[];
  readonly required: readonly RequiredRule[];
}

export interface AccountPipeline {
  readonly object: 'deals' | 'tickets';
  readonly id: string;
  readonly label: string;
  readonly stages: readonly { readonly id: string; readonly label: string }[];
}

/** How the account is set up: plan and limits, who calls, owners, objects and properties beside the vendor's, its rules. */
export interface AccountSettings {
  readonly hubId: number;
  readonly plan: Plan;
  /** API limit increases that were bought. */
  readonly increases: 0 | 1 | 2;
  /** In place of what plan and increases give. */
  readonly callsPerTenSeconds?: number | undefined;
  readonly callsADay?: number | undefined;
  readonly searchesPerSecond: number;
  /** The day of calls begins at midnight of this zone. */
  readonly zone: string;
  /** Which of the two bodies that are in circulation a 429 has. */
  readonly refusalBody: 'errorType' | 'category';
  readonly tokenMinutes: number;
  /** How long the account works on a call: from `callMs` up to `upToMs`, drawn for each. */
  readonly latency: { readonly callMs: number; readonly upToMs?: number | undefined };
  /** How long a search does not see what was written, at most; and what stands behind the 10,000th result. */
  readonly search: { readonly lagMs: number; readonly beyond: 'refuse' | 'stop' };
  readonly associationsPerRecord: number;
  readonly quirks: {
    /** A batch update with an e-mail as `id` is answered with success and changes nothing. */
    readonly silentBatchUpdate: boolean;
    /** A record that is refused for a unique value stays, without that value. */
    readonly halfCreated: boolean;
    /** A lifecycle stage never goes back unless it was cleared; the call is answered with success. */
    readonly lifecycleForward: boolean;
  };
  readonly apps: readonly AccountApp[];
  readonly owners: readonly AccountOwner[];
  readonly objects: readonly AccountObject[];
  readonly pipelines: readonly AccountPipeline[];
  /** Whenever a record is changed, and without a word: the property gets this value; where none is told it keeps what it held. */
  readonly workflows: readonly {
    readonly object: string;
    readonly property: string;
    readonly becomes?: string | undefined;
  }[];
}

const plans = ['free', 'starter', 'professional', 'enterprise'] as const;
const name = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/);
const some = z.int().min(1);

export const allScopes: readonly string[] = [
  ...['contacts', 'companies', 'deals', 'custom'].flatMap((object) =>
    ['objects', 'schemas'].flatMap((part) => [`crm.${part}.${object}.read`, `crm.${part}.${object}.write`]),
  ),
  'crm.objects.owners.read',
  'tickets',
  'files',
];

const property = z.strictObject({
  name,
  type: z.enum(propertyKinds).optional(),
  fieldType: z.enum(fieldTypes).optional(),
  label: z.string().optional(),
  unique: z.boolean().optional(),
  options: z.array(z.string()).optional(),
  sensitive: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  rules: z.array(z.strictObject({ ruleType: z.enum(ruleTypes), ...ruleContent })).optional(),
});
const object = z.strictObject({
  name,
  labels: z.strictObject({ singular: z.string(), plural: z.string() }).optional(),
  properties: z.array(property).default([]),
  required: z
    .array(
      z.strictObject({
        when: z.strictObject({ property: name, value: z.string() }).optional(),
        properties: z.array(name).min(1),
      }),
    )
    .default([]),
});
const app = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['private', 'service-key', 'oauth']).default('private'),
  token: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  refreshToken: z.string().optional(),
  scopes: z.array(z.string()).default([...allScopes]),
});
const pipeline = z.strictObject({
  object: z.enum(['deals', 'tickets']),
  id: z.string().min(1),
  label: z.string(),
  stages: z.array(z.strictObject({ id: z.string().min(1), label: z.string() })).min(1),
});

const account: z.ZodType<AccountSettings> = z.strictObject({
  hubId: some.default(20_000_001),
  plan: z.enum(plans).default('professional'),
  increases: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
  callsPerTenSeconds: some.optional(),
  callsADay: some.optional(),
  searchesPerSecond: some.default(5),
  zone: z.string().refine(isZone, 'no zone of that name').default('UTC'),
  refusalBody: z.enum(['errorType', 'category']).default('errorType'),
  tokenMinutes: z.number().gt(0).default(30),
  latency: z
    .strictObject({ callMs: z.number().min(0).default(0), upToMs: z.number().min(0).optional() })
    .prefault({}),
  search: z
    .strictObject({
      lagMs: z.number().min(0).default(5_000),
      beyond: z.enum(['refuse', 'stop']).default('refuse'),
    })
    .prefault({}),
  associationsPerRecord: some.default(50_000),
  quirks: z
    .strictObject({
      silentBatchUpdate: z.boolean().default(false),
      halfCreated: z.boolean().default(false),
      lifecycleForward: z.boolean().default(true),
    })
    .prefault({}),
  apps: z
    .array(app)
    .min(1)
    .default([{ name: 'practice', kind: 'private', token: 'pat-practice', scopes: [...allScopes] }]),
  owners: z
    .array(
      z.strictObject({
        email: z.email(),
        firstName: z.string().default(''),
        lastName: z.string().default(''),
        active: z.boolean().default(true),
      }),
    )
    .default([]),
  objects: z.array(object).default([]),
  pipelines: z.array(pipeline).default([]),
  workflows: z
    .array(z.strictObject({ object: name, property: name, becomes: z.string().optional() }))
    .default([]),
});

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Throws `practice.file-unreadable` naming path, value and what is accepted. */
export function parseAccount(content: unknown, file: string): AccountSettings {
  const parsed = account.safeParse(content ?? {});
  if (!parsed.success) throw fileUnreadable(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}
