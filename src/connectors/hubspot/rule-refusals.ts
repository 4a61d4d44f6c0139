import { compareDecimals } from '../../expressions/index.ts';
import { type PropertyRule, ruleName } from './property-rules.ts';

/** Whether the account certainly does not take a text. */
type Refuses = (text: string) => boolean;

/**
 * Why a rule of the admin refuses a text; null where none does.
 *
 * Invariant: what is refused here, the account refuses or changes for certain. Where the vendor does not say how it looks
 * (what counts as a special character, in which zone a day ends), nothing is refused.
 */
export function refusalByRules(rules: readonly PropertyRule[], text: string): string | null {
  for (const rule of rules)
    if (refusesBy(rule)?.(text) === true)
      return rule.changes
        ? `by the rule ${ruleName(rule)} HubSpot would change the value, or refuse it`
        : `the rule ${ruleName(rule)} of the property refuses it`;
  return null;
}

/** Those that nothing here holds values against. */
export const uncheckedRules = (rules: readonly PropertyRule[]): readonly PropertyRule[] =>
  rules.filter((rule) => refusesBy(rule) === null);

/** Null for a rule that cannot be decided here. */
function refusesBy({ type, given }: PropertyRule): Refuses | null {
  const [first = ''] = given;
  const number = decimalOf(first);
  const day = /^-?\d{1,14}$/.test(first) ? new Date(Number(first)).toISOString() : null;
  switch (type) {
    case 'ALPHANUMERIC':
      return strayLetters[first] === undefined ? null : (text) => strayLetters[first]?.test(text) === true;
    case 'FORMAT':
      return wrongCase[first] === undefined ? null : (text) => wrongCase[first]?.test(text) === true;
    // An emoji is one character or two: only where both are too many, or too few.
    case 'MAX_LENGTH':
      return isCount(first) ? (text) => [...text].length > Number(first) : null;
    case 'MIN_LENGTH':
      return isCount(first) ? (text) => text.length < Number(first) : null;
    case 'DECIMAL':
      return isCount(first) ? (text) => fractionOf(text).length > Number(first) : null;
    case 'MIN_NUMBER':
      return number === null ? null : (text) => compareDecimals(text, number) < 0;
    case 'MAX_NUMBER':
      return number === null ? null : (text) => compareDecimals(text, number) > 0;
    case 'START_DATETIME':
      return day === null ? null : (text) => momentOf(text) < momentOf(day);
    case 'END_DATETIME':
      return day === null ? null : (text) => momentOf(text) > momentOf(day);
    case 'EMAIL_ALLOWED_DOMAINS':
      return given.length === 0 ? null : (text) => !given.some((domain) => isOf(text, domain));
    case 'EMAIL_BLOCKED_DOMAINS':
      return (text) => given.some((domain) => text.toLowerCase().endsWith(`@${domain.toLowerCase()}`));
    default:
      return null;
  }
}

/** Of ASCII; whether letters of other alphabets and blanks are letters, the vendor does not say. */
const strayLetters: Readonly<Record<string, RegExp | undefined>> = {
  ALPHA_ONLY: /[!-@[-`{-~]/,
  NUMERIC_ONLY: /[!-/:-~]/,
  ALPHANUMERIC: /[!-/:-@[-`{-~]/,
};
const wrongCase: Readonly<Record<string, RegExp | undefined>> = { UPPER: /[a-z]/, LOWER: /[A-Z]/ };

const isCount = (text: string): boolean => /^\d{1,9}$/.test(text);

/** A domain itself, or one below it. */
function isOf(address: string, domain: string): boolean {
  const [one, other] = [address.slice(address.lastIndexOf('@') + 1).toLowerCase(), domain.toLowerCase()];
  return one === other || one.endsWith(`.${other}`);
}

/** The fraction of a decimal without zeros behind it: the account keeps none. */
const fractionOf = (text: string): string => /\.(\d*?)0*$/.exec(text)?.[1] ?? '';

const decimalOf = (text: string): string | null => (/^-?\d+(?:\.\d+)?$/.test(text) ? text : null);

/** `2026-11-20 12:45:00.5+00` and `2026-11-20T12:45:00.500Z` alike. */
function momentOf(text: string): string {
  const [, day = '', time = '', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(text) ?? [];
  return `${day} ${time}.${fraction.padEnd(6, '0')}`;
}
