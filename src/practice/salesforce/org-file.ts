import { z } from 'zod';
import { fileUnreadable } from '../faults.ts';

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
  readonly clients: readonly OrgClient[];
}

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
});

/** Throws `practice.file-unreadable` naming path, value and what is accepted. */
export function parseOrg(content: unknown, file: string): OrgSettings {
  const parsed = org.safeParse(content ?? {});
  if (!parsed.success) throw fileUnreadable(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}
