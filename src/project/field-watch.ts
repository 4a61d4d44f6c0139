import type { ValueLook, ValueWatch, WatchedSlice } from '../engine/index.ts';
import type { Relation, Row, Schema, StopRules, Value } from '../model/index.ts';
import { findField, findRelation } from '../model/index.ts';
import { holdsPersonalData } from '../profile/index.ts';
import type { FieldSeen } from '../runbook/index.ts';

/** What is wrong with a value, and the rule that says so. */
interface FieldTest {
  readonly rule: FieldSeen['rule'];
  readonly relation: string;
  readonly field: string;
  readonly fails: (value: string) => boolean;
}

/**
 * Looks at the values of fields that were declared free of personal data, and of those that have to lie in a range. Counts, and
 * keeps no value.
 */
export class FieldWatch implements ValueWatch {
  readonly #tests: readonly FieldTest[];
  readonly #everySlices: number;
  #counts = new Map<FieldTest, number>();

  private constructor(tests: readonly FieldTest[], everySlices: number) {
    this.#tests = tests;
    this.#everySlices = everySlices;
  }

  /** Null where nobody agreed on a rule about values: then nothing is read for it. */
  static of(rules: StopRules): FieldWatch | null {
    const tests = testsOf(rules);
    return tests.length === 0 ? null : new FieldWatch(tests, rules.lookEverySlices ?? 1);
  }

  beginStep(): void {
    this.#counts = new Map();
  }

  get seen(): readonly FieldSeen[] {
    return [...this.#counts].map(([{ rule, relation, field }, rows]) => ({ rule, relation, field, rows }));
  }

  look({ relation, fields, slice }: WatchedSlice): ValueLook | null {
    const tests = this.#tests
      .map((one) => ({ one, place: fields.indexOf(one.field), rows: 0 }))
      .filter(({ one, place }) => one.relation === relation && place >= 0);
    if (tests.length === 0 || slice % this.#everySlices !== 0) return null;
    return {
      see: (row: Row) => {
        for (const test of tests) if (failsIn(row[test.place], test.one)) test.rows += 1;
      },
      done: () => {
        for (const { one, rows } of tests)
          if (rows > 0) this.#counts.set(one, (this.#counts.get(one) ?? 0) + rows);
      },
    };
  }
}

function testsOf({ cleanFields = [], ranges = [] }: StopRules): readonly FieldTest[] {
  return [
    ...cleanFields.map((field): FieldTest => ({ rule: 'clean', ...field, fails: holdsPersonalData })),
    ...ranges.map(({ relation, field, from, to }): FieldTest => {
      const fails = (value: string): boolean => !isBetween(value, from, to);
      return { rule: 'range', relation, field, fails };
    }),
  ];
}

/** A list fails with any of its values; what is no text has no form to look at. */
function failsIn(value: Value | undefined, test: FieldTest): boolean {
  if (Array.isArray(value)) return value.some((one: Value) => failsIn(one, test));
  return typeof value === 'string' && test.fails(value);
}

/** Both bounds included: numbers as numbers; dates and times as text, where `2026-11-20` includes its whole day. */
export function isBetween(value: string, from: string | null, to: string | null): boolean {
  if (isNumber(from ?? to ?? ''))
    return (
      isNumber(value) &&
      (from === null || compare(from, value) <= 0) &&
      (to === null || compare(value, to) <= 0)
    );
  // Without four digits in front it is no year of our days: before Christ, after 9999, infinity.
  if (!/^\d{4}-/.test(value) || value.endsWith('BC')) return false;
  return (from === null || from <= value) && (to === null || value < to || value.startsWith(to));
}

const isNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text);

function compare(a: string, b: string): number {
  const scale = Math.max(fractionOf(a).length, fractionOf(b).length);
  const difference = units(a, scale) - units(b, scale);
  return difference < 0n ? -1 : Number(difference > 0n);
}

const fractionOf = (text: string): string => text.split('.')[1] ?? '';

const units = (text: string, scale: number): bigint =>
  BigInt((text.split('.')[0] ?? '') + fractionOf(text).padEnd(scale, '0'));

/** Why rules about fields could never speak, a sentence for each. */
export function blindFields(
  { cleanFields = [], ranges = [] }: StopRules,
  target: Schema,
  fills: (relation: string, field: string) => boolean,
): readonly string[] {
  const why = (
    relation: string,
    field: string,
    fits: (found: Relation['fields'][number]) => string | null,
  ) => {
    const found = findRelation(target, relation);
    const one = found && findField(found, field);
    const reason = one
      ? (fits(one) ?? (fills(relation, field) ? null : 'no object fills it'))
      : 'the target has no such field';
    return reason === null ? [] : [`the rule about ${relation}.${field} cannot be held: ${reason}`];
  };
  return [
    ...cleanFields.flatMap(({ relation, field }) =>
      why(relation, field, ({ type }) =>
        holdsText.has(type.kind === 'list' ? type.of.kind : type.kind)
          ? null
          : `it holds no text, but ${type.kind}`,
      ),
    ),
    ...ranges.flatMap(({ relation, field, from, to }) =>
      why(relation, field, ({ type: { kind } }) => {
        const bounds = [from, to].filter((bound) => bound !== null);
        if (numbers.has(kind))
          return bounds.every(isNumber) ? null : 'its values are numbers, and its bounds are not';
        if (!times.has(kind)) return `a range is of numbers or of dates and times, and it is ${kind}`;
        return bounds.every((bound) => /^\d{4}-\d\d-\d\d/.test(bound))
          ? null
          : 'its values are dates, and its bounds are not';
      }),
    ),
  ];
}

const holdsText: ReadonlySet<string> = new Set(['text', 'enum', 'json', 'any']);
const numbers: ReadonlySet<string> = new Set(['integer', 'decimal']);
const times: ReadonlySet<string> = new Set(['date', 'timestamp', 'instant']);
