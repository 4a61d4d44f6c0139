import { z } from 'zod';
import { isGodwitError } from '../../model/index.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { BundleProblem } from './bundle-verdict.ts';

/**
 * A proof bundle is a text of lines, each the RFC 8785 form of one object, in this order: one `proof`, then every `policy`,
 * `runbook`, `envelope`, `checkpoint` (smallest first) and `entry` (first one first). Another spelling is not read, so that two
 * readers of one bundle cannot see two contents.
 */
export type BundleContent =
  | {
      readonly kind: 'proof';
      readonly format: 'godwit-proof/1';
      readonly project: string;
      readonly origin: string;
      /** `all`: every entry from the first to the newest checkpoint; `some`: chosen ones, each with its inclusion proof. */
      readonly entries: 'all' | 'some';
      /** Entries under the newest checkpoint. */
      readonly size: number;
    }
  /** The people section whose digest is the SHA-256 of this text. */
  | { readonly kind: 'policy'; readonly text: string }
  /** The runbook whose id is the SHA-256 of this text. */
  | { readonly kind: 'runbook'; readonly text: string }
  | { readonly kind: 'envelope'; readonly envelope: BundledEnvelope }
  /** A signed note, and the consistency proof from the checkpoint on the line before. */
  | { readonly kind: 'checkpoint'; readonly note: string; readonly proof: readonly string[] }
  /** A line of the ledger; in a bundle of `some`, with its inclusion proof under the newest checkpoint. */
  | { readonly kind: 'entry'; readonly line: string; readonly proof: readonly string[] };

export interface BundledEnvelope {
  readonly scheme: 'dsse-ed25519' | 'sshsig';
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

type Kind = BundleContent['kind'];
export type BundleLineOf<Name extends Kind> = Extract<BundleContent, { kind: Name }> & {
  /** Counted from 1. */
  readonly at: number;
};
export type BundleLine = { [Name in Kind]: BundleLineOf<Name> }[Kind];

const kinds: readonly Kind[] = ['proof', 'policy', 'runbook', 'envelope', 'checkpoint', 'entry'];
const text = z.string();
const proof = z.array(text);
const form: z.ZodType<BundleContent> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('proof'),
    format: z.literal('godwit-proof/1'),
    project: text,
    origin: text,
    entries: z.enum(['all', 'some']),
    size: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal('policy'), text }),
  z.strictObject({ kind: z.literal('runbook'), text }),
  z.strictObject({
    kind: z.literal('envelope'),
    envelope: z.strictObject({
      scheme: z.enum(['dsse-ed25519', 'sshsig']),
      payloadType: text,
      payload: text,
      signatures: z.array(z.strictObject({ keyid: text, sig: text })).min(1),
    }),
  }),
  z.strictObject({ kind: z.literal('checkpoint'), note: text, proof }),
  z.strictObject({ kind: z.literal('entry'), line: text, proof }),
]);

/** The lines of a bundle, or the first that cannot be read. */
export function readBundle(content: Uint8Array): readonly BundleLine[] | BundleProblem {
  const lines: BundleLine[] = [];
  const lineFeed = 0x0a;
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(lineFeed, start);
    const read = end < 0 ? 'has no end' : readLine(content.subarray(start, end), lines);
    if (typeof read === 'string') return unreadable(lines.length + 1, read);
    lines.push({ ...read, at: lines.length + 1 });
    start = end + 1;
  }
  return lines.some(({ kind }) => kind === 'checkpoint')
    ? lines
    : unreadable(lines.length + 1, 'is missing: there is no checkpoint');
}

/** The content of a line, or what is wrong with it. */
function readLine(bytes: Uint8Array, before: readonly BundleLine[]): BundleContent | string {
  const content = readCanonical(bytes);
  if (content === undefined) return 'is not in its canonical form';
  const read = form.safeParse(content);
  if (!read.success) return 'has another form than the lines of a bundle';
  const last = before.at(-1)?.kind;
  if (last === undefined ? read.data.kind !== 'proof' : !follows(read.data.kind, last))
    return `is a ${read.data.kind} where none may stand`;
  return read.data;
}

const follows = (kind: Kind, last: Kind): boolean =>
  kind !== 'proof' && kinds.indexOf(kind) >= kinds.indexOf(last);

/** The value of a text in RFC 8785 form; undefined for any other bytes. */
export function readCanonical(bytes: Uint8Array): unknown {
  try {
    const spelled = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(spelled);
    return canonicalJson(value) === spelled ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || isGodwitError(error)) return undefined;
    throw error;
  }
}

function unreadable(at: number, what: string): BundleProblem {
  return { code: 'unreadable', line: at, what: `line ${at} ${what}` };
}
