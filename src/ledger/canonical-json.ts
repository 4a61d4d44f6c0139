import canonicalize from 'canonicalize';
import { notCanonical } from './faults.ts';

/**
 * The one text of a JSON value (RFC 8785). What people sign and what the ledger keeps are the UTF-8 bytes of this text.
 *
 * Invariants: 1. equal content gives equal text, different content different text. 2. a value that JSON would drop or
 * change (undefined, NaN, an integer beyond 2^53, half of a character, an object with a hidden meaning such as a Date or a
 * Map) is refused with its path, never written as something else.
 */
export function canonicalJson(value: unknown): string {
  refuseLoss(value, '$', 0);
  return canonicalize(value) as string;
}

const depthMax = 200;

function refuseLoss(value: unknown, path: string, depth: number): void {
  if (depth > depthMax) throw notCanonical(path, `lies deeper than ${depthMax} levels`);
  switch (typeof value) {
    case 'boolean':
      return;
    case 'string':
      refuseHalfCharacter(value, path);
      return;
    case 'number':
      refuseNumber(value, path);
      return;
    case 'object':
      if (value !== null) refuseParts(value, path, depth);
      return;
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      throw notCanonical(path, `is ${typeof value}, which JSON cannot say`);
  }
}

function refuseParts(value: object, path: string, depth: number): void {
  if (Array.isArray(value)) {
    // By index: forEach would pass over the holes of a sparse array.
    for (let at = 0; at < value.length; at += 1) refuseLoss(value[at], `${path}[${at}]`, depth + 1);
    return;
  }
  const kind: unknown = Object.getPrototypeOf(value);
  if (
    (kind !== Object.prototype && kind !== null) ||
    typeof (value as { toJSON?: unknown }).toJSON === 'function'
  )
    throw notCanonical(path, 'is not a plain object');
  for (const [key, part] of Object.entries(value)) {
    refuseHalfCharacter(key, path);
    refuseLoss(part, `${path}.${key}`, depth + 1);
  }
}

function refuseHalfCharacter(text: string, path: string): void {
  if (!text.isWellFormed()) throw notCanonical(path, 'holds half of a character (a lone surrogate)');
}

function refuseNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw notCanonical(path, `is ${value}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw notCanonical(path, `is ${value}, an integer beyond 2^53`);
}
