import { bytesOfHex, hex } from './hex.ts';
import type { Row, Value } from './value.ts';

/**
 * The text that names one record by the values of its identity fields: a JSON array with strings for text, `{"x":hex}` for
 * bytes. Injective, so that two keys share a text only when they are the same key.
 */
export type RecordKey = string;

export function recordKey(values: Row): RecordKey {
  return JSON.stringify(values.map(keyPart));
}

function keyPart(value: Value): unknown {
  if (value instanceof Uint8Array) return { x: hex(value) };
  return Array.isArray(value) ? value.map(keyPart) : value;
}

/** The values back from a key's text. */
export function keyValues(key: RecordKey): Row {
  return (JSON.parse(key) as unknown[]).map(valuePart);
}

function valuePart(part: unknown): Value {
  if (part === null || typeof part === 'string' || typeof part === 'boolean') return part;
  if (Array.isArray(part)) return part.map(valuePart);
  return bytesOfHex((part as { x: string }).x);
}
