import type { VerifySignature } from '../../host/index.ts';
import { claimedCheckpoint } from '../checkpoint.ts';
import { cosignaturesOn } from '../cosignature.ts';
import { bundleImpossible } from '../faults.ts';
import { keptCheckpoints, ledgerFolder } from '../ledger-folder.ts';
import type { TrustRoot } from '../trust-root.ts';

export interface NewestNotes {
  /** Those that a witness has signed, and the newest that enough of them have, which is the last. */
  readonly notes: readonly string[];
  /** Entries under the last one. */
  readonly size: number;
}

/** The checkpoints that a bundle of this ledger stands under. Throws `ledger.bundle-impossible`. */
export function newestNotes(
  folder: string,
  { witnesses, witnessesNeeded }: Pick<TrustRoot, 'witnesses' | 'witnessesNeeded'>,
  verify: VerifySignature,
): NewestNotes {
  const kept = keptCheckpoints(ledgerFolder(folder)).map((note) => ({
    note,
    size: claimedCheckpoint(note).size,
    seenBy: cosignaturesOn(note, witnesses, verify).length,
  }));
  const newest = kept.findLast(({ seenBy }) => seenBy >= witnessesNeeded);
  if (newest === undefined || newest.size === 0)
    throw bundleImpossible(
      `${witnessesNeeded} witnesses are needed, and no checkpoint was signed by so many of those the trust root names`,
    );
  const before = kept.filter(({ seenBy, size }) => seenBy > 0 && size > 0 && size < newest.size);
  return { notes: [...before, newest].map(({ note }) => note), size: newest.size };
}
