import { isTrue, type Json, listIn, textIn } from './answer-parts.ts';

/** What an admin demands of the values of a property, in the vendor's words: `MAX_LENGTH`, `['100']`. */
export interface PropertyRule {
  readonly type: string;
  readonly given: readonly string[];
  /** Whether the account changes a value so that it fits, before it looks. */
  readonly changes: boolean;
}

/** By property. Throws `hubspot.answer-unreadable`. */
export function readRules(told: Json): ReadonlyMap<string, readonly PropertyRule[]> {
  return new Map(
    listIn(told, 'results').map((one) => [
      textIn(one, 'propertyName'),
      listIn(one, 'propertyValidationRules').map(readRule),
    ]),
  );
}

const readRule = (told: Json): PropertyRule => ({
  type: textIn(told, 'ruleType'),
  given: listIn(told, 'ruleArguments').map(String),
  changes: isTrue(told, 'shouldApplyNormalization'),
});

/** `MAX_LENGTH (100)` */
export const ruleName = ({ type, given }: PropertyRule): string =>
  given.length === 0 ? type : `${type} (${given.join(', ')})`;

const mark = ' with rules ';

/** Behind a type, so that whoever sees the type sees a rule that was changed: `string text with rules [["MAX_LENGTH",["100"],false]]`. */
export function typeWithRules(native: string, rules: readonly PropertyRule[]): string {
  if (rules.length === 0) return native;
  const sorted = rules.map(({ type, given, changes }) => JSON.stringify([type, given, changes])).sort();
  return `${native}${mark}[${sorted.join(',')}]`;
}

/** The type without the rules behind it, and them. */
export function splitRules(native: string): {
  readonly native: string;
  readonly rules: readonly PropertyRule[];
} {
  const at = native.indexOf(`${mark}[[`);
  if (at < 0) return { native, rules: [] };
  const written = JSON.parse(native.slice(at + mark.length)) as readonly (readonly [
    string,
    readonly string[],
    boolean,
  ])[];
  return {
    native: native.slice(0, at),
    rules: written.map(([type, given, changes]) => ({ type, given, changes })),
  };
}
