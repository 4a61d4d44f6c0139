import { valueFault } from '../faults.ts';
import { inTimestampRange, isFinite, type Moment, momentOf } from './moment.ts';
import type { Span } from './span.ts';
import { unixSecond } from './truncate.ts';
import { zoneOfText } from './zone-of-text.ts';
import { fixedZone, type ZoneRules } from './zone-rules.ts';

/** timestamp at time zone: what UTC clocks show when the zone's clocks show this. */
export function instantOfLocal(local: Moment, zone: ZoneRules): Moment {
  return inTimestampRange(momentOf(local.day, local.us - zone.offsetOfLocal(unixSecond(local)) * 1_000_000));
}

/** timestamptz at time zone: what the zone's clocks show. */
export function localOfInstant(instant: Moment, zone: ZoneRules): Moment {
  return inTimestampRange(momentOf(instant.day, instant.us + zone.offsetAt(unixSecond(instant)) * 1_000_000));
}

/** Infinity is the same in every zone, even in one that nobody knows. */
export function atZone(
  moment: Moment,
  zone: string,
  convert: (moment: Moment, zone: ZoneRules) => Moment,
): Moment {
  return isFinite(moment) ? convert(moment, zoneOfText(zone)) : moment;
}

export function atOffset(
  moment: Moment,
  offset: Span,
  convert: (moment: Moment, zone: ZoneRules) => Moment,
): Moment {
  return isFinite(moment) ? convert(moment, zoneOfSpan(offset)) : moment;
}

/** `at time zone interval '2 hours'`: two hours east. */
function zoneOfSpan(span: Span): ZoneRules {
  if (span.months !== 0 || span.days !== 0)
    throw valueFault('22023', 'an interval as a time zone must not have months or days');
  return fixedZone('interval', Number(BigInt.asIntN(32, span.us / 1_000_000n)));
}
