import type { CastDeclaration } from '../registry.ts';
import { addToClock } from './add-span.ts';
import {
  clockOfText,
  dayOfText,
  momentOfText,
  textOfClock,
  textOfDay,
  textOfInstant,
  textOfTimestamp,
} from './canonical-text.ts';
import { inTimestampRange, type Moment } from './moment.ts';
import { spanOfText, textOfSpan } from './span.ts';
import { zonedClockOfText } from './zoned-clock.ts';

/** A date at midnight; dates reach further than timestamps. */
function midnightOf(date: string): Moment {
  return inTimestampRange({ day: dayOfText(date), us: 0 });
}

/** null at infinity, as in PostgreSQL. */
function clockOfMoment(text: string): string | null {
  const { day, us } = momentOfText(text);
  return Number.isFinite(day) ? textOfClock(us) : null;
}

/** Casts among the types of time; instants are shown in the session's zone, UTC. */
export const timeCasts: readonly CastDeclaration[] = [
  {
    from: 'date',
    to: 'timestamp',
    context: 'implicit',
    apply: (date: string) => textOfTimestamp(midnightOf(date)),
  },
  {
    from: 'date',
    to: 'timestamptz',
    context: 'implicit',
    apply: (date: string) => textOfInstant(midnightOf(date)),
  },
  {
    from: 'timestamp',
    to: 'date',
    context: 'assignment',
    apply: (text: string) => textOfDay(momentOfText(text).day),
  },
  {
    from: 'timestamptz',
    to: 'date',
    context: 'assignment',
    apply: (text: string) => textOfDay(momentOfText(text).day),
  },
  {
    from: 'timestamp',
    to: 'timestamptz',
    context: 'implicit',
    apply: (text: string) => textOfInstant(momentOfText(text)),
  },
  {
    from: 'timestamptz',
    to: 'timestamp',
    context: 'assignment',
    apply: (text: string) => textOfTimestamp(momentOfText(text)),
  },
  { from: 'timestamp', to: 'time', context: 'assignment', apply: clockOfMoment },
  { from: 'timestamptz', to: 'time', context: 'assignment', apply: clockOfMoment },
  {
    from: 'timestamptz',
    to: 'timetz',
    context: 'assignment',
    apply: (text: string) => {
      const clock = clockOfMoment(text);
      return clock === null ? null : `${clock}+00`;
    },
  },
  { from: 'time', to: 'timetz', context: 'implicit', apply: (clock: string) => `${clock}+00` },
  {
    from: 'timetz',
    to: 'time',
    context: 'assignment',
    apply: (text: string) => textOfClock(zonedClockOfText(text).us),
  },
  {
    from: 'time',
    to: 'interval',
    context: 'implicit',
    apply: (clock: string) => textOfSpan({ months: 0, days: 0, us: BigInt(clockOfText(clock)) }),
  },
  {
    from: 'interval',
    to: 'time',
    context: 'assignment',
    apply: (text: string) => textOfClock(addToClock(0, spanOfText(text))),
  },
];
