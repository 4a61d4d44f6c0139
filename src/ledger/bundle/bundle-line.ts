import { isGodwitError } from '../../model/index.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { BundleProblem } from './bundle-verdict.ts';

/**
 * A proof bundle is a text of lines, each the RFC 8785 form of one object, in this order: one `proof`, then every `policy`,
 * `runbook`, `envelope`, `checkpoint` (smallest first), and then the lines of the ledger as they are there, with `skipped` where
 * some are left out. Another spelling is not read, so that two readers of one bundle cannot see two contents.
 */
export type BundleContent =
  | {
      readonly kind: 'proof';
      readonly format: typeof bundleFormat;
      readonly project: string;
      readonly origin: string;
      /** Entries under the newest checkpoint. */
      readonly size: number;
    }
  /** The people section whose digest is the SHA-256 of this text. */
  | { readonly kind: 'policy'; readonly text: string }
  /** The runbook whose id is the SHA-256 of this text. */
  | { readonly kind: 'runbook'; readonly text: string }
  | BundledEnvelope
  /** A signed note. */
  | { readonly kind: 'checkpoint'; readonly note: string }
  /** In place of the entries up to `to`: the roots of the largest full subtrees they make, from the left, in base64. */
  | { readonly kind: 'skipped'; readonly hashes: readonly string[]; readonly to: number };

export const bundleFormat = 'godwit-proof/2';

export interface BundledEnvelope {
  readonly kind: 'envelope';
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly BundledSignature[];
}

export interface BundledSignature {
  readonly keyid: string;
  /** Ed25519 over the pre-authentication encoding, or over what an SSH signature of it with this hash signs. */
  readonly scheme: 'ed25519' | 'ssh-sha256' | 'ssh-sha512';
  /** Base64 of the 64 bytes. */
  readonly sig: string;
}

/** A line without a kind is an `entry`: a line of the ledger. */
export type BundleLineKind = BundleContent['kind'] | 'entry';

export interface BundleLine {
  readonly kind: BundleLineKind;
  readonly content: unknown;
  /** Without the line feed. */
  readonly bytes: Uint8Array;
  /** Counted from 1. */
  readonly at: number;
}

const ranks: Readonly<Record<BundleLineKind, number>> = {
  proof: 0,
  policy: 1,
  runbook: 2,
  envelope: 3,
  checkpoint: 4,
  entry: 5,
  skipped: 5,
};

/** The lines of a bundle, or the first that cannot be read. Whether a line has the members of its kind is asked by who uses it. */
export function readBundle(content: Uint8Array): readonly BundleLine[] | BundleProblem {
  const lines: BundleLine[] = [];
  const lineFeed = 0x0a;
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(lineFeed, start);
    const at = lines.length + 1;
    const read = end < 0 ? 'has no end' : readLine(content.subarray(start, end), lines.at(-1)?.kind, at);
    if (typeof read === 'string') return unreadable(at, read);
    lines.push(read);
    start = end + 1;
  }
  return lines.some(({ kind }) => kind === 'checkpoint')
    ? lines
    : unreadable(lines.length + 1, 'is missing: there is no checkpoint');
}

/** The line, or what is wrong with it. */
function readLine(bytes: Uint8Array, last: BundleLineKind | undefined, at: number): BundleLine | string {
  const content = readCanonical(bytes);
  if (content === undefined || content === null) return 'is not in its canonical form';
  const kind = partOf(content, 'kind') ?? (Object.hasOwn(content, 'kind') ? null : 'entry');
  if (!isKind(kind)) return 'is of no kind that a bundle has';
  const may = last === undefined ? kind === 'proof' : kind !== 'proof' && ranks[kind] >= ranks[last];
  return may ? { kind, content, bytes, at } : `is a ${kind} where none may stand`;
}

const isKind = (kind: unknown): kind is BundleLineKind =>
  typeof kind === 'string' && Object.hasOwn(ranks, kind);

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

/** A member of a plain object; undefined of anything else. */
export function partOf(content: unknown, name: string): unknown {
  return content !== null && typeof content === 'object' && Object.hasOwn(content, name)
    ? (content as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** A member that is a text; null where it is none. */
export function textIn(content: unknown, name: string): string | null {
  const text = partOf(content, name);
  return typeof text === 'string' ? text : null;
}

function unreadable(at: number, what: string): BundleProblem {
  return { code: 'unreadable', line: at, what: `line ${at} ${what}` };
}
