import type { PropertyDefinition } from './property-definition.ts';
import type { ValueProblem } from './read-value.ts';
import type { RuleType } from './validation-rule.ts';

/** What the first rule that does not hold says of a value; null where all hold, and where there is no value. */
export function ruleProblem({ rules }: PropertyDefinition, value: string | null): ValueProblem | null {
  if (value === null) return null;
  for (const { ruleType, ruleArguments } of rules ?? []) {
    const [message, error] = checks[ruleType](value, ruleArguments) ?? [];
    if (message !== undefined && error !== undefined) return { message, error };
  }
  return null;
}

type Check = (value: string, given: readonly string[]) => readonly [message: string, error: string] | null;

const unless = (holds: boolean, message: string, error: string): ReturnType<Check> =>
  holds ? null : [message, error];

const lettersOf: Readonly<
  Record<string, readonly [allowed: RegExp, message: string, error: string] | undefined>
> = {
  // The words of the vendor's announcement.
  ALPHA_ONLY: [/^\p{L}*$/u, 'Enter only letters', 'INVALID_ALPHA'],
  NUMERIC_ONLY: [/^\d*$/, 'Enter only numbers', 'INVALID_NUMERIC'],
  ALPHANUMERIC: [/^[\p{L}\d]*$/u, 'Enter only letters and numbers', 'INVALID_ALPHANUMERIC'],
};

const written: Readonly<Record<string, ((text: string) => string) | undefined>> = {
  UPPER: (text) => text.toUpperCase(),
  LOWER: (text) => text.toLowerCase(),
  CAPITALIZATION: (text) => text.replace(/(?<=^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase()),
};

const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
const isOf = (address: string, domains: readonly string[]): boolean =>
  domains.some((domain) => domain.toLowerCase() === domainOf(address));
const decimals = (value: string): number => /\.(\d+)/.exec(value)?.[1]?.length ?? 0;

const checks: Readonly<Record<RuleType, Check>> = {
  ALPHANUMERIC: (value, [which = '']) => {
    const [allowed, message = '', error = ''] = lettersOf[which] ?? [];
    return unless(allowed?.test(value) ?? true, message, error);
  },
  DAYS_OF_WEEK: (value, given) =>
    unless(
      given.includes(days[new Date(value).getUTCDay()] ?? ''),
      `Enter one of ${given.join(', ')}`,
      'INVALID_DAY_OF_WEEK',
    ),
  DECIMAL: (value, [most = '20']) =>
    unless(decimals(value) <= Number(most), `Enter at most ${most} decimal places`, 'INVALID_DECIMAL'),
  EMAIL_ALLOWED_DOMAINS: (value, given) =>
    unless(isOf(value, given), `Enter an address of ${given.join(', ')}`, 'INVALID_EMAIL_DOMAIN'),
  EMAIL_BLOCKED_DOMAINS: (value, given) =>
    unless(!isOf(value, given), `Enter no address of ${given.join(', ')}`, 'INVALID_EMAIL_DOMAIN'),
  START_DATE: (value, [ms]) => notBefore(value, ms),
  START_DATETIME: (value, [ms]) => notBefore(value, ms),
  END_DATE: (value, [ms]) => notBehind(value, ms),
  END_DATETIME: (value, [ms]) => notBehind(value, ms),
  FORMAT: (value, [which = '']) =>
    unless((written[which]?.(value) ?? value) === value, `Enter it as ${which}`, 'INVALID_FORMAT'),
  MAX_LENGTH: (value, [most]) =>
    unless(value.length <= Number(most), `Enter at most ${most} characters`, 'INVALID_MAX_LENGTH'),
  MIN_LENGTH: (value, [least]) =>
    unless(value.length >= Number(least), `Enter at least ${least} characters`, 'INVALID_MIN_LENGTH'),
  MAX_NUMBER: (value, [most]) =>
    unless(Number(value) <= Number(most), `Enter ${most} or less`, 'INVALID_MAX_NUMBER'),
  MIN_NUMBER: (value, [least]) =>
    unless(Number(value) >= Number(least), `Enter ${least} or more`, 'INVALID_MIN_NUMBER'),
  REGEX: (value, [pattern = '', message = 'It has another form']) =>
    unless(new RegExp(pattern, 'u').test(value), message, 'INVALID_REGEX'),
  SPECIAL_CHARACTERS: (value) =>
    unless(
      /^[\p{L}\p{M}\p{N}\s]*$/u.test(value),
      'Enter no special characters',
      'INVALID_SPECIAL_CHARACTERS',
    ),
  WHITESPACE: (value, [which = 'ALL']) =>
    unless(
      which === 'TRIM' ? value.trim() === value : !/\s/.test(value),
      which === 'TRIM' ? 'Enter it without spaces around it' : 'Enter it without spaces',
      'INVALID_WHITESPACE',
    ),
};

const notBefore: (value: string, ms: string | undefined) => ReturnType<Check> = (value, ms) =>
  unless(Date.parse(value) >= Number(ms), 'Enter a later date', 'INVALID_START_DATE');
const notBehind: (value: string, ms: string | undefined) => ReturnType<Check> = (value, ms) =>
  unless(Date.parse(value) <= Number(ms), 'Enter an earlier date', 'INVALID_END_DATE');
