import { z } from 'zod';
import { publicKeyBytes } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import type { WitnessKey } from './cosignature.ts';
import { trustUnreadable } from './faults.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * All that somebody outside has to believe, and has to have from somebody they believe, not from the file they check: which
 * ledger, the runner's key, which people section was agreed, and who watches. Handed over once, before the move.
 */
export interface TrustRoot {
  readonly format: 'godwit-trust/1';
  readonly project: string;
  /** Names the ledger in its checkpoints. */
  readonly origin: string;
  readonly runnerKey: string;
  /** Digests of the people sections whose signatures count. */
  readonly policies: readonly string[];
  readonly witnesses: readonly WitnessKey[];
  /** How many different ones must have signed the newest checkpoint. */
  readonly witnessesNeeded: number;
}

export function trustText(trust: TrustRoot): string {
  return `${canonicalJson(trust)}\n`;
}

/** Throws `ledger.trust-unreadable`. */
export function readTrustRoot(content: Uint8Array | string): TrustRoot {
  const read = form.safeParse(parseStrictJson(content));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw trustUnreadable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'has another form'}`);
  }
  const { witnesses, witnessesNeeded, runnerKey } = read.data;
  for (const key of [runnerKey, ...witnesses.map(({ publicKey }) => publicKey)]) publicKeyBytes(key);
  const keys = new Set(witnesses.map(({ publicKey }) => publicKey));
  if (keys.has(runnerKey)) throw trustUnreadable('a witness has the key of the runner itself');
  if (keys.size < witnesses.length) throw trustUnreadable('two witnesses have the same key');
  if (witnessesNeeded > keys.size)
    throw trustUnreadable(`${witnessesNeeded} witnesses are needed and ${keys.size} are named`);
  return read.data;
}

const word = z.string().min(1);
const noteName = z.string().regex(/^[^\s+]+$/u, { error: 'a name without spaces and plus signs' });

const form: z.ZodType<TrustRoot> = z.strictObject({
  format: z.literal('godwit-trust/1'),
  project: word,
  origin: noteName,
  runnerKey: word,
  policies: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)),
  witnesses: z.array(z.strictObject({ name: noteName, publicKey: word })),
  witnessesNeeded: z.int().min(0),
});
