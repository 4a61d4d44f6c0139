import { valueFault } from '../faults.ts';
import { type Moment, momentOf } from './moment.ts';

/**
 * `timestamp(p)`: rounds to so many digits of a second, halves away from 2000-01-01 (PostgreSQL rounds the count of
 * microseconds since then). Infinity stays; the last half second of 294276 becomes 294277-01-01, which PostgreSQL lets pass.
 */
export function roundMoment(moment: Moment, digits: number): Moment {
  if (digits >= 6 || !Number.isFinite(moment.day)) return moment;
  const scale = 10 ** (6 - digits);
  const half = Math.floor(scale / 2);
  const us =
    moment.day >= 0
      ? Math.floor((moment.us + half) / scale) * scale
      : Math.ceil((moment.us - half) / scale) * scale;
  return momentOf(moment.day, us);
}

/** `time(p)`: microseconds since midnight, halves up; 23:59:59.9 becomes 24:00:00. */
export function roundClock(us: number, digits: number): number {
  if (digits >= 6) return us;
  const scale = 10 ** (6 - digits);
  return Math.floor((us + Math.floor(scale / 2)) / scale) * scale;
}

/** `interval(p)`: microseconds, halves away from zero. */
export function roundSpanUs(us: bigint, digits: number): bigint {
  if (digits >= 6) return us;
  const scale = 10n ** BigInt(6 - digits);
  const half = scale / 2n;
  const moved = us >= 0n ? us + half : us - half;
  if (BigInt.asIntN(64, moved) !== moved) throw valueFault('22008', 'interval out of range');
  return us >= 0n ? ((us + half) / scale) * scale : -(((half - us) / scale) * scale);
}
