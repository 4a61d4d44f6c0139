import { z } from 'zod';

/** Every scalar of `godwit.yaml` arrives as its text; these settle the plain ones. `accepted` is what people are told. */
export const text = (accepted: string): z.ZodType<string, string> =>
  z.string({ error: accepted }).min(1, { error: accepted });

export const whole = (accepted: string, least: number, most: number): z.ZodType<number, string> =>
  z
    .string({ error: accepted })
    .regex(/^\d{1,12}$/, { error: accepted })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: accepted });

const acceptedInstant = 'an instant in UTC, for example 2026-11-20T20:00Z';

export const instant: z.ZodType<string, string> = z
  .string({ error: acceptedInstant })
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z$/, { error: acceptedInstant })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: acceptedInstant })
  .transform((text) => new Date(text).toISOString());
