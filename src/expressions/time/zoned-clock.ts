import { clockOfText, pad2, textOfClock } from './canonical-text.ts';
import { readOffset } from './read-moment.ts';

/** A time of day with its offset in seconds east of UTC (PostgreSQL's timetz). */
export interface ZonedClock {
  readonly us: number;
  readonly offset: number;
}

export function zonedClockOfText(text: string): ZonedClock {
  const mark = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
  return { us: clockOfText(text), offset: mark < 0 ? 0 : readOffset(text.slice(mark)) };
}

export function textOfZonedClock({ us, offset }: ZonedClock): string {
  return textOfClock(us) + offsetText(offset);
}

/** `+02`, `-05:30`, `+00:09:21`. */
function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const seconds = size % 60;
  const minutes = Math.floor(size / 60) % 60;
  const hours = `${offset < 0 ? '-' : '+'}${pad2(Math.floor(size / 3600))}`;
  if (seconds !== 0) return `${hours}:${pad2(minutes)}:${pad2(seconds)}`;
  return minutes === 0 ? hours : `${hours}:${pad2(minutes)}`;
}

/** By the moment they stand for, then from east to west. */
export function compareZonedClocks(a: ZonedClock, b: ZonedClock): number {
  const difference = a.us - a.offset * 1_000_000 - (b.us - b.offset * 1_000_000);
  return difference === 0 ? b.offset - a.offset : difference;
}
