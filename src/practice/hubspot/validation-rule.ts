import { z } from 'zod';

/** An admin's rule for the values of a property, as the vendor describes one. */
export interface ValidationRule {
  readonly ruleType: RuleType;
  readonly ruleArguments: readonly string[];
  readonly shouldApplyNormalization: boolean;
}

/** The vendor's kinds of rules, but for those that go by the present moment, by forms of addresses and by countries of phones. */
export const ruleTypes = [
  'ALPHANUMERIC',
  'DAYS_OF_WEEK',
  'DECIMAL',
  'EMAIL_ALLOWED_DOMAINS',
  'EMAIL_BLOCKED_DOMAINS',
  'END_DATE',
  'END_DATETIME',
  'FORMAT',
  'MAX_LENGTH',
  'MAX_NUMBER',
  'MIN_LENGTH',
  'MIN_NUMBER',
  'REGEX',
  'SPECIAL_CHARACTERS',
  'START_DATE',
  'START_DATETIME',
  'WHITESPACE',
] as const;

export type RuleType = (typeof ruleTypes)[number];

export const ruleContent: {
  readonly ruleArguments: z.ZodArray<z.ZodString>;
  readonly shouldApplyNormalization: z.ZodDefault<z.ZodBoolean>;
} = {
  ruleArguments: z.array(z.string()),
  shouldApplyNormalization: z.boolean().default(false),
};
