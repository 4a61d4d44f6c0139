import type { TypeDeclaration } from '../registry.ts';
import {
  clockOfText,
  momentOfText,
  textOfClock,
  textOfDay,
  textOfInstant,
  textOfTimestamp,
} from './canonical-text.ts';
import { checkDigits, fitSpan, lastUnit } from './fit-span.ts';
import { compareMoments, inDateRange, inTimestampRange, type Moment, momentOf } from './moment.ts';
import type { ReadMoment } from './moment-of-text.ts';
import { readClockText } from './read-clock.ts';
import { readMoment } from './read-moment.ts';
import { readSpan } from './read-span.ts';
import { roundClock, roundMoment } from './round-moment.ts';
import { compareSpans, spanOf, spanOfText, textOfSpan } from './span.ts';
import { compareZonedClocks, textOfZonedClock, zonedClockOfText } from './zoned-clock.ts';

function instantOf({ local, offset }: ReadMoment): Moment {
  if (!Number.isFinite(local.day)) return local;
  return inTimestampRange(momentOf(local.day, local.us - offset() * 1_000_000));
}

function compareMomentTexts(a: string, b: string): number {
  return a === b ? 0 : compareMoments(momentOfText(a), momentOfText(b));
}

const dateType: TypeDeclaration = {
  name: 'date',
  category: 'D',
  preferred: false,
  input: (text) => readMoment(text, ({ day }) => textOfDay(inDateRange(day))),
  compare: compareMomentTexts,
};

const timeType: TypeDeclaration = {
  name: 'time',
  category: 'D',
  preferred: false,
  input: (text) => readClockText(text, ({ us }) => textOfClock(us)),
  modify: (value: string, [digits = 6]) => textOfClock(roundClock(clockOfText(value), digits)),
  checkModifiers: checkDigits,
  compare: (a: string, b: string) => clockOfText(a) - clockOfText(b),
};

const zonedTimeType: TypeDeclaration = {
  name: 'timetz',
  category: 'D',
  preferred: false,
  input: (text) => readClockText(text, ({ us, offset = 0 }) => textOfZonedClock({ us, offset })),
  modify: (value: string, [digits = 6]) => {
    const { us, offset } = zonedClockOfText(value);
    return textOfZonedClock({ us: roundClock(us, digits), offset });
  },
  checkModifiers: checkDigits,
  compare: (a: string, b: string) => compareZonedClocks(zonedClockOfText(a), zonedClockOfText(b)),
};

const timestampType: TypeDeclaration = {
  name: 'timestamp',
  category: 'D',
  preferred: false,
  input: (text) => readMoment(text, ({ local }) => textOfTimestamp(inTimestampRange(local))),
  modify: (value: string, [digits = 6]) => textOfTimestamp(roundMoment(momentOfText(value), digits)),
  checkModifiers: checkDigits,
  compare: compareMomentTexts,
};

const instantType: TypeDeclaration = {
  name: 'timestamptz',
  category: 'D',
  preferred: true,
  input: (text) => readMoment(text, (read) => textOfInstant(instantOf(read))),
  modify: (value: string, [digits = 6]) => textOfInstant(roundMoment(momentOfText(value), digits)),
  checkModifiers: checkDigits,
  compare: compareMomentTexts,
};

const intervalType: TypeDeclaration = {
  name: 'interval',
  category: 'T',
  preferred: true,
  input: (text, [mask]) => {
    const { months, days, us } = readSpan(text, mask === undefined ? 'second' : lastUnit(mask));
    return textOfSpan(spanOf(months, days, us));
  },
  modify: (value: string, modifiers) => textOfSpan(fitSpan(spanOfText(value), modifiers)),
  checkModifiers: checkDigits,
  compare: (a: string, b: string) => compareSpans(spanOfText(a), spanOfText(b)),
};

export const timeTypes: readonly TypeDeclaration[] = [
  dateType,
  timeType,
  zonedTimeType,
  timestampType,
  instantType,
  intervalType,
];
