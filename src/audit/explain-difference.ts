import type { FieldType, Value } from '../model/index.ts';

/**
 * Says in words how a value differs from what it should be, when the way of the difference is a known one; null otherwise.
 * The words help to find the cause; the verdict never rests on them.
 */
export function explainDifference(expected: Value, actual: Value, type: FieldType): string | null {
  if (expected === null) return actual === '' ? 'empty text instead of NULL' : 'a value instead of NULL';
  if (actual === null) return expected === '' ? 'NULL instead of empty text' : 'NULL instead of a value';
  if (typeof expected !== 'string' || typeof actual !== 'string') return null;
  if (type.kind === 'instant' || type.kind === 'timestamp') return explainShift(expected, actual);
  // Where a system has no times, they are texts.
  if (type.kind === 'text' || type.kind === 'any')
    return explainShift(expected, actual) ?? explainText(expected, actual);
  return null;
}

function explainText(expected: string, actual: string): string | null {
  if (actual !== '' && expected.startsWith(actual))
    return `cut after ${[...actual].length} of ${[...expected].length} characters`;
  if (expected.trim() === actual.trim()) return 'only white space at the ends differs';
  if (expected.toLowerCase() === actual.toLowerCase()) return 'only upper and lower case differ';
  if (expected.normalize('NFC') === actual.normalize('NFC')) return 'only the Unicode normal form differs';
  if (Buffer.from(expected, 'utf8').toString('latin1') === actual) return 'UTF-8 read as Latin-1';
  return null;
}

/** The difference of two times that are written alike, in hours and minutes when it is a whole number of quarter hours. */
function explainShift(expected: string, actual: string): string | null {
  const from = timeOf(expected);
  const to = timeOf(actual);
  if (from === null || to === null || from.zone !== to.zone) return null;
  const shift = to.microseconds - from.microseconds;
  if (shift === 0n) return null;
  const quarter = 900_000_000n;
  if (shift % quarter !== 0n) return shift % 1_000_000n === 0n ? null : 'the fraction of the second differs';
  const minutes = (shift < 0n ? -shift : shift) / 60_000_000n;
  const text = `${minutes / 60n}:${(minutes % 60n).toString().padStart(2, '0')}`;
  return minutes > 14n * 60n
    ? null
    : `shifted by ${shift < 0n ? '-' : '+'}${text} hours, as a lost time zone would`;
}

function timeOf(text: string): { readonly microseconds: bigint; readonly zone: string } | null {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(|Z|[+-]\d\d(?::?\d\d)?)$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const seconds = BigInt(Date.UTC(year, month - 1, day, hour, minute, second) / 1000);
  const fraction = BigInt((match[7] ?? '').padEnd(6, '0'));
  return { microseconds: seconds * 1_000_000n + fraction, zone: match[8] ?? '' };
}
