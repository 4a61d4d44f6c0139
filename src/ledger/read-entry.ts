import { digestOf } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Entry, entryLine } from './entry.ts';

/** The entry of a line, or what is wrong with the line taken alone (its place in the chain is not looked at). */
export function readEntry(line: Uint8Array): Entry | Wrong {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    const value: unknown = JSON.parse(text);
    return shapeFault(value) ?? spellingFault(value as Entry, text) ?? (value as Entry);
  } catch (error) {
    return { wrong: `is not a JSON line (${error instanceof Error ? error.message : String(error)})` };
  }
}

interface Wrong {
  readonly wrong: string;
}

const digest = /^(?:sha256|hmac-sha256):[0-9a-f]{64}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const members: Readonly<Record<string, (value: unknown) => boolean>> = {
  seq: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  prev: (value) => value === null || (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)),
  time: (value) => typeof value === 'string' && instant.test(value),
  type: isWord,
  actor: isWord,
  bodyDigest: (value) => typeof value === 'string' && digest.test(value),
};

function shapeFault(value: unknown): Wrong | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { wrong: 'is not an entry' };
  for (const [name, fits] of Object.entries(members)) {
    if (!fits((value as Record<string, unknown>)[name])) return { wrong: `has no valid "${name}"` };
  }
  const unknown = Object.keys(value).find((name) => name !== 'body' && !Object.hasOwn(members, name));
  return unknown === undefined ? null : { wrong: `has an unknown member "${unknown}"` };
}

/** Only the canonical spelling is accepted, so a duplicate key or another spelling of a number cannot hide here. */
function spellingFault(entry: Entry, text: string): Wrong | null {
  const bodyText = Object.hasOwn(entry, 'body') ? canonicalJson(entry.body) : null;
  if (entryLine({ ...entry, bodyText }, entry.seq, entry.prev) !== text)
    return { wrong: 'is not in its canonical form' };
  return bodyText === null || digestOf(bodyText) === entry.bodyDigest
    ? null
    : { wrong: 'has a body that does not fit its digest' };
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.isWellFormed();
}
