import type { FieldType, Value } from '../../model/index.ts';
import type { Assignment } from '../program.ts';
import { checked, exact, none } from './assignments.ts';
import { fitFault } from './fit-fault.ts';

type Timed = Extract<FieldType, { kind: 'date' | 'time' | 'timestamp' | 'instant' | 'interval' }>;

export function isTimeType(type: FieldType): type is Timed {
  return ['date', 'time', 'timestamp', 'instant', 'interval'].includes(type.kind);
}

/** Dates and times into each other without loss; what would need a time zone needs a person. */
export function assignTime(from: Timed, to: Timed): Assignment {
  if (from.kind === 'date' && to.kind === 'timestamp')
    return checked('dates that a timestamp can hold', midnight);
  if (from.kind === 'timestamp' && to.kind === 'date') return checked('timestamps at midnight', dateOnly);
  if (from.kind !== to.kind) return none(reason(from.kind, to.kind));
  if (from.kind === 'time' && to.kind === 'time' && from.zoned !== to.zoned)
    return none('a time with a zone and one without do not name the same thing: cast on purpose');
  if (!('fractionDigits' in from) || !('fractionDigits' in to) || from.fractionDigits <= to.fractionDigits)
    return exact();
  const { fractionDigits } = to;
  return checked(`at most ${fractionDigits} digits of a second's fraction`, (text: string) =>
    withinFraction(text, fractionDigits),
  );
}

function reason(from: string, to: string): string {
  if (from === 'timestamp' && to === 'instant')
    return "a timestamp without a zone names no instant: say whose time it is, x at time zone 'Europe/Berlin'";
  if (from === 'instant' && to === 'timestamp')
    return "an instant has no local time by itself: say where, x at time zone 'Europe/Berlin'";
  return `${from} does not become ${to} by itself: cast on purpose`;
}

function midnight(text: string): Value {
  if (text.endsWith('infinity')) return text;
  const [day = '', era] = text.split(' ');
  const year = Number(day.slice(0, day.indexOf('-')));
  if (year > 294_276 || (era === 'BC' && year > 4_713))
    throw fitFault('value.out-of-range', 'the date is outside what a timestamp holds');
  return `${day} 00:00:00${era === undefined ? '' : ` ${era}`}`;
}

function dateOnly(text: string): Value {
  if (text.endsWith('infinity')) return text;
  const [day = '', clock = '', era] = text.split(' ');
  if (clock !== '00:00:00')
    throw fitFault('value.would-lose', 'it has a time of day and the field holds dates');
  return era === undefined ? day : `${day} ${era}`;
}

function withinFraction(text: string, digits: number): Value {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  if (fraction.length > digits)
    throw fitFault(
      'value.would-round',
      `it has ${fraction.length} digits of a second's fraction, the field holds ${digits}`,
    );
  return text;
}
