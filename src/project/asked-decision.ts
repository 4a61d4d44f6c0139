import { z } from 'zod';
import {
  type AttestedCheck,
  attestedChecks,
  isGodwitError,
  type Policy,
  type Runbook,
} from '../model/index.ts';
import { type BrokenGlass, checkRunbook, type RunStop } from '../runbook/index.ts';
import type { FoundResult } from './run-statements.ts';
import type { AskedFinding } from './statement.ts';

/**
 * What is carried to a person who decides on another machine: what they are asked, and the people and rules by which it is judged, so that
 * their key is known there. It holds no text to be shown: that is made where they read it, from the content they sign.
 */
export interface DecisionRequest extends Policy {
  readonly format: 'godwit-request/1';
  readonly project: string;
  readonly asked: Asked;
}

/** What somebody is asked to decide, with all that they read before they sign. */
export type Asked =
  /** The content of a mapping: what its author signs. */
  | { readonly kind: 'mapping'; readonly mapping: unknown }
  | { readonly kind: 'runbook'; readonly runbook: Runbook }
  | { readonly kind: 'findings'; readonly findings: readonly AskedFinding[] }
  /** Whether these people and rules come after those of the request. */
  | { readonly kind: 'people'; readonly next: Policy }
  /** Steps that delete, merge or overwrite records; each owner answers for their own. */
  | { readonly kind: 'steps'; readonly runbook: Runbook; readonly steps: readonly string[] }
  /** Whether monitoring is live, support has the brief of this mapping, or the target's automation was looked at for it; by its digest. */
  | { readonly kind: 'check'; readonly check: AttestedCheck; readonly mapping: string }
  | { readonly kind: 'break-glass'; readonly runbook: Runbook }
  | { readonly kind: 'continue'; readonly runbook: Runbook; readonly stops: readonly AskedStop[] }
  | { readonly kind: 'result'; readonly result: FoundResult }
  | { readonly kind: 'reviews'; readonly glasses: readonly AskedGlass[] };

export interface AskedStop {
  readonly stop: RunStop;
  /** Who may let the run go on besides the person named, because they broke the glass for it. */
  readonly brokenBy: readonly string[];
}

export interface AskedGlass {
  readonly glass: BrokenGlass;
  /** What the ledger says of the runs under it, a line each. */
  readonly cameOfIt: readonly string[];
}

const words: z.ZodType<readonly string[]> = z.array(z.string());
const word = z.string().min(1);
const role = z.enum(['author', 'approver', 'owner', 'operator']);
const needs = { role, people: z.int().min(1) };

const policy = {
  people: z.array(
    z.strictObject({
      name: word,
      roles: z.array(role),
      keys: words,
      revoked: words,
      windows: z
        .array(
          z.strictObject({
            key: z.string(),
            notBefore: z.string().nullable(),
            notAfter: z.string().nullable(),
          }),
        )
        .exactOptional(),
    }),
  ),
  approvals: z
    .strictObject({
      ...needs,
      authorMayBeOnlyApprover: z.literal(false),
      forRisk: z
        .array(z.strictObject({ ...needs, risk: z.enum(['irreversible', 'overwriting', 'losing']) }))
        .exactOptional(),
    })
    .exactOptional(),
  breakGlass: z.strictObject({ role, reviewHours: z.int().min(1) }).exactOptional(),
};

const runbook = z.unknown().transform((content, context): Runbook => {
  try {
    return checkRunbook(content);
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    context.addIssue({ code: 'custom', message: error.detail });
    return z.NEVER;
  }
});
const finding = z.strictObject({
  id: word,
  title: z.string(),
  detail: z.string(),
  records: z.string().nullable(),
  mapping: z.string(),
});
const stop = z.strictObject({
  seq: z.int(),
  time: word,
  by: z.string(),
  step: z.string().nullable(),
  rule: word,
  observed: z.string().nullable(),
  reason: z.string(),
  decides: z.string(),
});
const glass = z.strictObject({
  id: word,
  runbook: word,
  by: z.string(),
  at: word,
  reason: z.string().nullable(),
  reviewBy: word,
  state: z.enum(['due', 'overdue', 'reviewed']),
  reviews: z.array(
    z.strictObject({
      id: word,
      by: z.string(),
      verdict: z.enum(['justified', 'not-justified']),
      reason: z.string(),
    }),
  ),
  needed: z.strictObject(needs),
  stillToAsk: words,
});
const result = z.strictObject({
  runbook: word,
  run: word,
  differences: z.int().min(0),
  quarantined: z.int().min(0),
  relations: z.array(
    z.strictObject({
      relation: z.string(),
      verdict: z.enum(['equal', 'different']),
      rowsTarget: z.int().min(0),
      merkleRoot: z.string(),
    }),
  ),
});
const asks = <Kind extends string>(kind: Kind): { readonly kind: z.ZodLiteral<Kind> } => ({
  kind: z.literal(kind),
});

const asked: z.ZodType<Asked> = z.discriminatedUnion('kind', [
  z.strictObject({ ...asks('mapping'), mapping: z.unknown() }),
  z.strictObject({ ...asks('runbook'), runbook }),
  z.strictObject({ ...asks('findings'), findings: z.array(finding) }),
  z.strictObject({ ...asks('people'), next: z.strictObject(policy) }),
  z.strictObject({ ...asks('steps'), runbook, steps: words }),
  z.strictObject({ ...asks('check'), check: z.enum(attestedChecks), mapping: word }),
  z.strictObject({ ...asks('break-glass'), runbook }),
  z.strictObject({
    ...asks('continue'),
    runbook,
    stops: z.array(z.strictObject({ stop, brokenBy: words })),
  }),
  z.strictObject({ ...asks('result'), result }),
  z.strictObject({
    ...asks('reviews'),
    glasses: z.array(z.strictObject({ glass, cameOfIt: words })),
  }),
]);

export const requestForm: z.ZodType<DecisionRequest> = z.strictObject({
  format: z.literal('godwit-request/1'),
  project: word,
  ...policy,
  asked,
});
