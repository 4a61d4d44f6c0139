import { z } from 'zod';
import { fileUnreadable } from './faults.ts';
import type { PracticeSystem } from './practice-message.ts';

/** Which calls a fault speaks of, and which of those it happens to. */
export interface FaultTime {
  /** Only calls of this method. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | undefined;
  /** Only calls whose path holds this text. */
  readonly path?: string | undefined;
  /** From the how-manieth of the calls it speaks of. */
  readonly from: number;
  /** Each so many calls from there on; with `share` it is drawn for each of those. */
  readonly every: number;
  /** How likely it is each time, drawn from the seed. */
  readonly share: number;
  /** How many calls in a row, once it begins: a storm. */
  readonly length: number;
  /** After so many calls it is over; no end unless told. */
  readonly times?: number | undefined;
}

/** What goes wrong. Times are the practice world's. */
export type FaultKind =
  | { readonly kind: 'timeout-after-accepting'; readonly holdMs: number }
  | { readonly kind: 'reset-before' | 'reset-in-body' | 'carried-out-twice' | 'answered-twice' }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'late-answer'; readonly behind: number; readonly holdMs: number }
  | { readonly kind: 'slow-body'; readonly bytes: number; readonly pauseMs: number }
  | { readonly kind: 'clock-skew'; readonly byMs: number }
  | { readonly kind: 'records-fail' | 'records-lost'; readonly records: number }
  | { readonly kind: 'order'; readonly order: string; readonly content?: unknown };

export type Fault = FaultKind & FaultTime;

/** What goes wrong, and when: the same script and the same calls in the same order go wrong the same way. */
export interface FaultScript {
  readonly seed: number;
  readonly faults: readonly Fault[];
}

const when = {
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']).optional(),
  path: z.string().min(1).optional(),
  from: z.int().min(1).default(1),
  every: z.int().min(1).default(1),
  share: z.number().gt(0).max(1).default(1),
  length: z.int().min(1).default(1),
  times: z.int().min(1).optional(),
};
const milliseconds = z.number().min(0);

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('timeout-after-accepting'),
    ...when,
    holdMs: milliseconds.default(600_000),
  }),
  z.strictObject({ kind: z.literal('reset-before'), ...when }),
  z.strictObject({ kind: z.literal('reset-in-body'), ...when }),
  z.strictObject({
    kind: z.literal('refuse'),
    ...when,
    status: z.int().min(400).max(599).default(503),
    body: z.string().default(''),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({
    kind: z.literal('late-answer'),
    ...when,
    behind: z.int().min(1).default(1),
    holdMs: milliseconds.default(60_000),
  }),
  z.strictObject({ kind: z.literal('carried-out-twice'), ...when }),
  z.strictObject({ kind: z.literal('answered-twice'), ...when }),
  z.strictObject({
    kind: z.literal('slow-body'),
    ...when,
    bytes: z.int().min(1).default(64),
    pauseMs: milliseconds.default(1_000),
  }),
  z.strictObject({ kind: z.literal('clock-skew'), ...when, byMs: z.number() }),
  z.strictObject({ kind: z.literal('records-fail'), ...when, records: z.number().gt(0).max(1).default(0.1) }),
  z.strictObject({ kind: z.literal('records-lost'), ...when, records: z.number().gt(0).max(1).default(0.1) }),
  z.strictObject({
    kind: z.literal('order'),
    ...when,
    order: z.string(),
    content: z.unknown().optional(),
  }),
]);

const script: z.ZodType<FaultScript> = z.strictObject({
  seed: z.int().default(1),
  faults: z.array(fault).default([]),
});

/**
 * Reads a fault script from what a YAML or JSON file held. Throws `practice.file-unreadable` naming path, value and what is accepted.
 *
 * @param orders what the system can be told, and what reads it
 */
export function parseFaultScript(
  content: unknown,
  file: string,
  orders: PracticeSystem['orders'],
): FaultScript {
  const parsed = script.safeParse(content ?? {});
  if (!parsed.success) throw fileUnreadable(file, z.prettifyError(parsed.error), parsed.error);
  for (const one of parsed.data.faults)
    if (one.kind === 'order') checkOrder(one.order, one.content, file, orders);
  return parsed.data;
}

/** An order that cannot be carried out would take each call with it that it comes before. */
function checkOrder(order: string, content: unknown, file: string, orders: PracticeSystem['orders']): void {
  const read = orders[order];
  if (read === undefined)
    throw fileUnreadable(file, `there is no order ${order}; accepted: ${Object.keys(orders).join(', ')}`);
  try {
    read(content);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw fileUnreadable(file, `order ${order}: ${z.prettifyError(error)}`, error);
  }
}
