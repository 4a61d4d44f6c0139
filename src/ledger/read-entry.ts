import { digestOf } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Entry } from './entry.ts';

/** The entry of a line, or what is wrong with the line taken alone (its place in the chain is not looked at). */
export function readEntry(line: Uint8Array): Entry | { readonly wrong: string } {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    value = JSON.parse(text);
    // Only the canonical spelling is accepted, so a duplicate key or another spelling of a number cannot hide here.
    if (canonicalJson(value) !== text) return { wrong: 'is not in its canonical form' };
  } catch (error) {
    return { wrong: `is not a JSON line (${error instanceof Error ? error.message : String(error)})` };
  }
  return shapeFault(value) ?? bodyFault(value as Entry) ?? (value as Entry);
}

const digest = /^(?:sha256|hmac-sha256):[0-9a-f]{64}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const members: Readonly<Record<string, (value: unknown) => boolean>> = {
  seq: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  prev: (value) => value === null || (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)),
  time: (value) => typeof value === 'string' && instant.test(value),
  type: (value) => typeof value === 'string' && value !== '',
  actor: (value) => typeof value === 'string' && value !== '',
  bodyDigest: (value) => typeof value === 'string' && digest.test(value),
};

function shapeFault(value: unknown): { readonly wrong: string } | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { wrong: 'is not an entry' };
  for (const [name, fits] of Object.entries(members)) {
    if (!fits((value as Record<string, unknown>)[name])) return { wrong: `has no valid "${name}"` };
  }
  const unknown = Object.keys(value).find((name) => name !== 'body' && !Object.hasOwn(members, name));
  return unknown === undefined ? null : { wrong: `has an unknown member "${unknown}"` };
}

function bodyFault(entry: Entry): { readonly wrong: string } | null {
  if (!Object.hasOwn(entry, 'body')) return null;
  return digestOf(canonicalJson(entry.body)) === entry.bodyDigest
    ? null
    : { wrong: 'has a body that does not fit its digest' };
}
