import type { Span } from './span.ts';
import { badInterval, intervalOverflow, SpanDraft } from './span-draft.ts';

/**
 * Reads an ISO 8601 duration: with designators (`P1Y2M10DT2H30M`), and the alternative forms `P0001-02-10T02:30:00` and
 * `P00010210T023000`, as PostgreSQL does (numbers may have fractions and exponents).
 */
export function readIsoSpan(text: string): Span {
  if (text.length < 2 || !text.startsWith('P')) throw badInterval();
  const draft = new SpanDraft();
  const cursor: Cursor = { text, at: 1 };
  let inDate = true;
  let alone = true;
  while (cursor.at < text.length) {
    if (text.charAt(cursor.at) === 'T') {
      cursor.at += 1;
      inDate = false;
      alone = true;
      continue;
    }
    const from = cursor.at;
    const number = readNumber(cursor);
    const width = (/^-?(\d*)/.exec(text.slice(from))?.[1] ?? '').length;
    const unit = text.charAt(cursor.at);
    if (inDate && addDatePart(draft, unit, number)) cursor.at += 1;
    else if (!inDate && addClockPart(draft, unit, number)) cursor.at += 1;
    else if (alone && inDate && /^[-T]?$/.test(unit)) {
      readAlternativeDate(draft, cursor, number, width);
      continue;
    } else if (alone && !inDate && /^:?$/.test(unit)) {
      readAlternativeClock(draft, cursor, number, width);
      break;
    } else throw badInterval();
    alone = false;
  }
  return draft.finish();
}

interface Cursor {
  readonly text: string;
  at: number;
}

interface NumberRead {
  readonly whole: bigint;
  readonly fraction: number;
}

function readNumber(cursor: Cursor): NumberRead {
  const rest = cursor.text.slice(cursor.at);
  const [text] = hexadecimal.exec(rest) ?? /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest) ?? [];
  if (text === undefined) throw badInterval();
  cursor.at += text.length;
  const value = hexadecimal.test(text) ? hexadecimalValue(text) : Number(text);
  if (Math.abs(value) > 1e15) throw intervalOverflow();
  const whole = Math.trunc(value);
  return { whole: BigInt(whole), fraction: value - whole };
}

/** PostgreSQL leaves the numbers to C's strtod, which reads these as well. */
const hexadecimal = /^(-?)0[xX]([\da-fA-F]+)(?:\.([\da-fA-F]*))?(?:[pP]([-+]?\d+))?/;

function hexadecimalValue(text: string): number {
  const [, sign, whole = '', fraction = '', exponent = '0'] = hexadecimal.exec(text) ?? [];
  const size = Number.parseInt(whole + fraction, 16) * 16 ** -fraction.length * 2 ** Number(exponent);
  return sign === '-' ? 0 - size : size;
}

function addDatePart(draft: SpanDraft, unit: string, { whole, fraction }: NumberRead): boolean {
  if (unit === 'Y') draft.addYears(whole, fraction, 1);
  else if (unit === 'M') draft.addMonths(whole, fraction);
  else if (unit === 'W') draft.addDays(whole, fraction, 7);
  else if (unit === 'D') addDay(draft, { whole, fraction });
  else return false;
  return true;
}

function addDay(draft: SpanDraft, { whole, fraction }: NumberRead): void {
  draft.addDays(whole, 0, 1);
  draft.addFractionOf(fraction, 86_400_000_000);
}

function addClockPart(draft: SpanDraft, unit: string, { whole, fraction }: NumberRead): boolean {
  if (unit === 'H') draft.addUs(whole, fraction, 3_600_000_000);
  else if (unit === 'M') draft.addUs(whole, fraction, 60_000_000);
  else if (unit === 'S') draft.addUs(whole, fraction, 1_000_000);
  else return false;
  return true;
}

/** `00010210` or `0001-02-10`, up to the end or a `T`. */
function readAlternativeDate(draft: SpanDraft, cursor: Cursor, number: NumberRead, width: number): void {
  const unit = cursor.text.charAt(cursor.at);
  if (width === 8 && (unit === '' || unit === 'T')) {
    draft.addYears(number.whole / 10_000n, 0, 1);
    draft.addMonths((number.whole / 100n) % 100n, 0);
    addDay(draft, { whole: number.whole % 100n, fraction: number.fraction });
    return;
  }
  draft.addYears(number.whole, number.fraction, 1);
  const adders = [
    (part: NumberRead) => draft.addMonths(part.whole, part.fraction),
    (part: NumberRead) => addDay(draft, part),
  ];
  for (const add of adders) {
    const next = cursor.text.charAt(cursor.at);
    if (next === '' || next === 'T') return;
    if (next !== '-') throw badInterval();
    cursor.at += 1;
    add(readNumber(cursor));
  }
  if (!/^T?$/.test(cursor.text.charAt(cursor.at))) throw badInterval();
}

/** `023000` or `02:30:00`, up to the end. */
function readAlternativeClock(draft: SpanDraft, cursor: Cursor, number: NumberRead, width: number): void {
  const { whole, fraction } = number;
  if (width === 6 && cursor.at >= cursor.text.length) {
    draft.addUs(whole / 10_000n, 0, 3_600_000_000);
    draft.addUs((whole / 100n) % 100n, 0, 60_000_000);
    draft.addUs(whole % 100n, 0, 1_000_000);
    draft.addFractionOf(fraction, 1_000_000);
    return;
  }
  draft.addUs(whole, fraction, 3_600_000_000);
  for (const scale of [60_000_000, 1_000_000]) {
    if (cursor.at >= cursor.text.length) return;
    if (cursor.text.charAt(cursor.at) !== ':') throw badInterval();
    cursor.at += 1;
    const part = readNumber(cursor);
    draft.addUs(part.whole, part.fraction, scale);
  }
  if (cursor.at < cursor.text.length) throw badInterval();
}
