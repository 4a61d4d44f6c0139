import { valueFault } from '../faults.ts';

/**
 * Arithmetic where at least one side is NaN or an infinity, for `numeric`. Finite texts only matter by their sign here.
 */
export function addSpecial(a: string, b: string): string {
  if (a === 'NaN' || b === 'NaN') return 'NaN';
  if (!isInfinite(a)) return b;
  if (!isInfinite(b)) return a;
  return a === b ? a : 'NaN';
}

export function multiplySpecial(a: string, b: string): string {
  if (a === 'NaN' || b === 'NaN') return 'NaN';
  const sign = signOf(a) * signOf(b);
  if (sign === 0) return 'NaN';
  return sign > 0 ? 'Infinity' : '-Infinity';
}

export function divideSpecial(a: string, b: string): string {
  if (a === 'NaN' || b === 'NaN') return 'NaN';
  if (isInfinite(a)) {
    if (isInfinite(b)) return 'NaN';
    if (signOf(b) === 0) throw valueFault('22012', 'a number is divided by zero');
    return signOf(a) * signOf(b) > 0 ? 'Infinity' : '-Infinity';
  }
  return '0';
}

export function remainderSpecial(a: string, b: string): string {
  if (a === 'NaN' || b === 'NaN') return 'NaN';
  if (isInfinite(a)) {
    if (signOf(b) === 0) throw valueFault('22012', 'a number is divided by zero');
    return 'NaN';
  }
  return a;
}

export function negatedSpecial(text: string): string {
  if (text === 'Infinity') return '-Infinity';
  return text === '-Infinity' ? 'Infinity' : text;
}

/** -1, 0 or 1; the sign of a finite decimal or an infinity. */
export function signOf(text: string): number {
  if (text.startsWith('-')) return -1;
  return text === 'Infinity' || /[1-9]/.test(text) ? 1 : 0;
}

function isInfinite(text: string): boolean {
  return text === 'Infinity' || text === '-Infinity';
}
