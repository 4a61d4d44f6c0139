import { verifySignature } from '../../src/host/index.ts';
import { type BundleVerdict, type TrustRoot, verifyBundle } from '../../src/ledger/index.ts';

/** What both verifiers say of a bundle, in the same words. */
export interface Said {
  readonly holds: boolean;
  /** `code@line` each. */
  readonly problems: readonly string[];
  readonly size?: number;
  readonly entries?: number;
  readonly witnesses?: readonly string[];
  readonly runs?: BundleVerdict['runs'];
  readonly notProven: readonly string[];
}

export type Verifier = (content: Uint8Array, trust: TrustRoot) => Said;

/** The one in `examples/`, which has nothing of godwit's code. */
const path = new URL('../../examples/verify-proof/verify-proof.mjs', import.meta.url).href;
const other = (await import(path)) as { readonly verifyProof: Verifier };
export const verifyProof: Verifier = other.verifyProof;

/** Both verdicts on these bytes. */
export function sayBoth(
  content: Uint8Array | string,
  trust: TrustRoot,
): readonly [godwit: Said, other: Said] {
  const bytes = Buffer.from(content as string);
  return [ownWords(verifyBundle(bytes, trust, verifySignature)), verifyProof(bytes, trust)];
}

function ownWords({ holds, problems, size, entries, witnesses, runs, notProven }: BundleVerdict): Said {
  return holds
    ? { holds, problems: [], size, entries, witnesses, runs, notProven }
    : { holds, problems: problems.map(({ code, line }) => `${code}@${line}`), notProven };
}
