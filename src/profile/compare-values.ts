import type { FieldType } from '../model/index.ts';

/** The order of a type's canonical texts: negative, zero or positive. */
export type CompareTexts = (a: string, b: string) => number;

/** Null for types without an order worth telling (JSON, bytes, lists, intervals, native types). */
export function orderOf(type: FieldType): CompareTexts | null {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
      return compareNumbers;
    case 'float':
      return (a, b) => numberOf(a) - numberOf(b) || 0;
    case 'date':
    case 'timestamp':
    case 'instant':
      return compareMoments;
    case 'text':
    case 'enum':
    case 'uuid':
    case 'time':
    case 'any':
      return compareCodePoints;
    case 'boolean':
      return compareCodePoints;
    case 'bytes':
    case 'interval':
    case 'json':
    case 'list':
    case 'native':
      return null;
  }
}

/** By code points, as UTF-8 bytes are ordered; UTF-16 puts the characters beyond the first plane before U+E000. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x1_0000 : unit;
}

function numberOf(text: string): number {
  if (text === 'Infinity') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  // NaN is above all other numbers, as in PostgreSQL; nothing compares above infinity but itself.
  return text === 'NaN' ? Number.MAX_VALUE * 2 : Number(text);
}

/** Exact for any size: up to 15 digits a binary number keeps their order, beyond that digits are compared. */
function compareNumbers(a: string, b: string): number {
  if (a.length <= 15 && b.length <= 15) {
    const difference = Number(a) - Number(b);
    if (!Number.isNaN(difference)) return difference;
  }
  const [rankA, rankB] = [specialRank(a), specialRank(b)];
  if (rankA !== rankB || rankA !== 0) return rankA - rankB;
  const [negativeA, negativeB] = [a.startsWith('-'), b.startsWith('-')];
  if (negativeA !== negativeB) return negativeA ? -1 : 1;
  const magnitude = compareMagnitudes(negativeA ? a.slice(1) : a, negativeB ? b.slice(1) : b);
  return negativeA ? -magnitude : magnitude;
}

function specialRank(text: string): number {
  return text === '-Infinity' ? -1 : text === 'Infinity' ? 1 : text === 'NaN' ? 2 : 0;
}

function compareMagnitudes(a: string, b: string): number {
  const [wholeA = '', fractionA = ''] = a.split('.');
  const [wholeB = '', fractionB = ''] = b.split('.');
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  const digits = Math.max(fractionA.length, fractionB.length);
  const [restA, restB] = [fractionA.padEnd(digits, '0'), fractionB.padEnd(digits, '0')];
  return restA === restB ? 0 : restA < restB ? -1 : 1;
}

/** Canonical dates and timestamps: years before our era run backwards, years past 9999 have more digits. */
function compareMoments(a: string, b: string): number {
  const usual =
    a.length >= 10 && b.length >= 10 && a[4] === '-' && b[4] === '-' && !a.endsWith('C') && !b.endsWith('C');
  if (usual) return a === b ? 0 : a < b ? -1 : 1;
  const [rankA, rankB] = [momentRank(a), momentRank(b)];
  if (rankA !== rankB) return rankA - rankB;
  const [yearA, yearB] = [yearOf(a), yearOf(b)];
  if (yearA !== yearB) return yearA - yearB;
  const [restA, restB] = [a.slice(a.indexOf('-')), b.slice(b.indexOf('-'))];
  return restA === restB ? 0 : restA < restB ? -1 : 1;
}

function momentRank(text: string): number {
  return text === '-infinity' ? -1 : text === 'infinity' ? 1 : 0;
}

function yearOf(text: string): number {
  const year = Number.parseInt(text, 10);
  return text.endsWith(' BC') ? -year : year;
}
