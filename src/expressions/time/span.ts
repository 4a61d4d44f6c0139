import { shapeOf, valueFault } from '../faults.ts';
import { fractionText, pad2 } from './canonical-text.ts';

/**
 * An interval as PostgreSQL keeps it: months, days and microseconds that never flow into each other by themselves.
 *
 * Invariants: 1. months and days are 32-bit integers, microseconds a 64-bit integer. 2. there is no infinite span:
 * PostgreSQL has one since 17 only, so both versions could not mean the same.
 */
export interface Span {
  readonly months: number;
  readonly days: number;
  readonly us: bigint;
}

/** The span when its parts fit PostgreSQL's integers; else throws 22008. */
export function spanOf(months: number, days: number, us: bigint): Span {
  if (!fits32(months) || !fits32(days) || BigInt.asIntN(64, us) !== us || isInfinite(months, days, us))
    throw valueFault('22008', 'interval out of range');
  return { months: months + 0, days: days + 0, us };
}

export function fits32(value: number): boolean {
  return value >= -2_147_483_648 && value <= 2_147_483_647;
}

/** The two bit patterns PostgreSQL 17 and later use for infinite intervals. */
function isInfinite(months: number, days: number, us: bigint): boolean {
  if (months === 2_147_483_647 && days === 2_147_483_647) return us === 9_223_372_036_854_775_807n;
  if (months !== -2_147_483_648 || days !== -2_147_483_648) return false;
  return us === -9_223_372_036_854_775_808n;
}

const canonical =
  /^(?:([+-]?\d+) years?)?(?: ?([+-]?\d+) mons?)?(?: ?([+-]?\d+) days?)?(?: ?([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/;

/** Reads the canonical text (`1 year 2 mons -3 days +04:05:06.5`). */
export function spanOfText(text: string): Span {
  const match = canonical.exec(text);
  if (match === null || text === '')
    throw valueFault('22007', `${shapeOf(text)} is not an interval in canonical form`);
  const [
    ,
    years = '0',
    months = '0',
    days = '0',
    sign,
    hours = '0',
    minutes = '0',
    seconds = '0',
    fraction = '',
  ] = match;
  const us =
    (BigInt(hours) * 3600n + BigInt(Number(minutes) * 60 + Number(seconds))) * 1_000_000n +
    BigInt(fraction.padEnd(6, '0'));
  return { months: Number(years) * 12 + Number(months), days: Number(days), us: sign === '-' ? -us : us };
}

export function textOfSpan(span: Span): string {
  const parts: string[] = [];
  let before = false;
  const add = (value: number, unit: string): void => {
    if (value === 0) return;
    parts.push(`${before && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`);
    before = value < 0;
  };
  add(Math.trunc(span.months / 12), 'year');
  add(span.months % 12, 'mon');
  add(span.days, 'day');
  if (span.us !== 0n || parts.length === 0) {
    const sign = span.us < 0n ? '-' : before ? '+' : '';
    parts.push(`${sign}${clockText(span.us < 0n ? -span.us : span.us)}`);
  }
  return parts.join(' ');
}

function clockText(us: bigint): string {
  const seconds = us / 1_000_000n;
  const fraction = Number(us % 1_000_000n);
  const hours = (seconds / 3600n).toString().padStart(2, '0');
  const rest = Number(seconds % 3600n);
  const clock = `${hours}:${pad2(Math.floor(rest / 60))}:${pad2(rest % 60)}`;
  return fraction === 0 ? clock : `${clock}.${fractionText(fraction)}`;
}

/** How spans are ordered and compared: a month counts as 30 days, a day as 24 hours. */
export function compareSpans(a: Span, b: Span): number {
  const left = comparable(a);
  const right = comparable(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function comparable(span: Span): bigint {
  return (BigInt(span.months) * 30n + BigInt(span.days)) * 86_400_000_000n + span.us;
}
