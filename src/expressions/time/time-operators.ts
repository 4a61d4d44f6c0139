import type { Apply, DeclaredType, OperatorDeclaration, ScalarName } from '../registry.ts';
import {
  addSpan,
  addToClock,
  dayDifference,
  momentDifference,
  momentOnDay,
  negateSpan,
  subtractSpan,
} from './add-span.ts';
import {
  clockOfText,
  dayOfText,
  momentOfText,
  textOfClock,
  textOfDay,
  textOfInstant,
  textOfTimestamp,
} from './canonical-text.ts';
import { compareMoments, inDateRange, inTimestampRange, type Moment } from './moment.ts';
import { type Span, spanOfText, textOfSpan } from './span.ts';
import { addSpans, divideSpan, multiplySpan, subtractSpans } from './span-arithmetic.ts';

function operator(
  left: DeclaredType | null,
  name: string,
  right: DeclaredType,
  result: DeclaredType,
  apply: Apply,
): OperatorDeclaration {
  return { name, left, right, result, strict: true, apply };
}

/** Both orders of an addition. */
function either(
  left: DeclaredType,
  right: DeclaredType,
  result: DeclaredType,
  apply: (left: string, right: string) => string,
): readonly OperatorDeclaration[] {
  return [
    operator(left, '+', right, result, apply),
    operator(right, '+', left, result, (a: string, b: string) => apply(b, a)),
  ];
}

function addDays(date: string, days: string, sign: 1 | -1): string {
  const day = dayOfText(date);
  return Number.isFinite(day) ? textOfDay(inDateRange(day + Number(days) * sign)) : date;
}

function dayMoment(date: string): Moment {
  return inTimestampRange({ day: dayOfText(date), us: 0 });
}

function moved(text: string, span: string, move: (moment: Moment, span: Span) => Moment): Moment {
  return move(momentOfText(text), spanOfText(span));
}

const withDates: readonly OperatorDeclaration[] = [
  ...either('date', 'int4', 'date', (date, days) => addDays(date, days, 1)),
  operator('date', '-', 'int4', 'date', (date: string, days: string) => addDays(date, days, -1)),
  operator('date', '-', 'date', 'int4', (a: string, b: string) =>
    dayCount(dayDifference(dayOfText(a), dayOfText(b))),
  ),
  ...either('date', 'interval', 'timestamp', (date, span) =>
    textOfTimestamp(addSpan(dayMoment(date), spanOfText(span))),
  ),
  operator('date', '-', 'interval', 'timestamp', (date: string, span: string) =>
    textOfTimestamp(subtractSpan(dayMoment(date), spanOfText(span))),
  ),
  ...either('date', 'time', 'timestamp', (date, clock) =>
    textOfTimestamp(momentOnDay(dayMoment(date).day, clockOfText(clock))),
  ),
];

function dayCount(days: number): string {
  return `${days + 0}`;
}

const withMoments: readonly OperatorDeclaration[] = [
  ...either('timestamp', 'interval', 'timestamp', (text, span) =>
    textOfTimestamp(moved(text, span, addSpan)),
  ),
  ...either('timestamptz', 'interval', 'timestamptz', (text, span) =>
    textOfInstant(moved(text, span, addSpan)),
  ),
  operator('timestamp', '-', 'interval', 'timestamp', (text: string, span: string) =>
    textOfTimestamp(moved(text, span, subtractSpan)),
  ),
  operator('timestamptz', '-', 'interval', 'timestamptz', (text: string, span: string) =>
    textOfInstant(moved(text, span, subtractSpan)),
  ),
  operator('timestamp', '-', 'timestamp', 'interval', differenceText),
  operator('timestamptz', '-', 'timestamptz', 'interval', differenceText),
];

function differenceText(a: string, b: string): string {
  return textOfSpan(momentDifference(momentOfText(a), momentOfText(b)));
}

const withClocks: readonly OperatorDeclaration[] = [
  ...either('time', 'interval', 'time', (clock, span) =>
    textOfClock(addToClock(clockOfText(clock), spanOfText(span))),
  ),
  operator('time', '-', 'interval', 'time', (clock: string, span: string) => {
    const { us } = spanOfText(span);
    return textOfClock(addToClock(clockOfText(clock), { months: 0, days: 0, us: -us }));
  }),
  operator('time', '-', 'time', 'interval', (a: string, b: string) =>
    textOfSpan({ months: 0, days: 0, us: BigInt(clockOfText(a) - clockOfText(b)) }),
  ),
];

const amongSpans: readonly OperatorDeclaration[] = [
  operator('interval', '+', 'interval', 'interval', (a: string, b: string) =>
    textOfSpan(addSpans(spanOfText(a), spanOfText(b))),
  ),
  operator('interval', '-', 'interval', 'interval', (a: string, b: string) =>
    textOfSpan(subtractSpans(spanOfText(a), spanOfText(b))),
  ),
  operator(null, '-', 'interval', 'interval', (span: string) => textOfSpan(negateSpan(spanOfText(span)))),
  operator('interval', '*', 'float8', 'interval', (span: string, factor: string) =>
    textOfSpan(multiplySpan(spanOfText(span), Number(factor))),
  ),
  operator('float8', '*', 'interval', 'interval', (factor: string, span: string) =>
    textOfSpan(multiplySpan(spanOfText(span), Number(factor))),
  ),
  operator('interval', '/', 'float8', 'interval', (span: string, divisor: string) =>
    textOfSpan(divideSpan(spanOfText(span), Number(divisor))),
  ),
];

const tests: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const mixed: readonly (readonly [left: ScalarName, right: ScalarName])[] = (
  ['date', 'timestamp', 'timestamptz'] as const
).flatMap((left, _, all) => all.filter((right) => right !== left).map((right) => [left, right] as const));

/** A date compares as its midnight, a timestamp as if it were UTC; without the range errors that a cast would have. */
const acrossTypes: readonly OperatorDeclaration[] = mixed.flatMap(([left, right]) =>
  Object.entries(tests).map(([name, test]) =>
    operator(left, name, right, 'bool', (a: string, b: string) =>
      test(compareMoments(momentOfText(a), momentOfText(b))),
    ),
  ),
);

export const timeOperators: readonly OperatorDeclaration[] = [
  ...withDates,
  ...withMoments,
  ...withClocks,
  ...amongSpans,
  ...acrossTypes,
];
