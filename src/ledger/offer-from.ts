import type { VerifySignature } from '../host/index.ts';
import { claimedCheckpoint } from './checkpoint.ts';
import { cosignaturesOn, type WitnessKey } from './cosignature.ts';
import { ledgerDamaged, offerImpossible } from './faults.ts';
import { keptCheckpoints, ledgerFolder } from './ledger-folder.ts';
import { consistencyProof, leafHash } from './merkle-tree.ts';
import { readLines } from './read-lines.ts';
import type { WitnessOffer } from './witness-offer.ts';

/**
 * The newest checkpoint of a ledger with the proof that it goes on from its first `old` entries. Throws
 * `ledger.offer-impossible`, `ledger.damaged`.
 */
export function offerFrom(folder: string, old: number): WitnessOffer {
  const place = ledgerFolder(folder);
  const note = keptCheckpoints(place).at(-1);
  if (note === undefined) throw offerImpossible('the ledger has no checkpoint yet');
  const { size } = claimedCheckpoint(note);
  if (old > size) throw offerImpossible(`the newest checkpoint covers ${size} entries, not ${old}`);
  return { old, proof: consistencyProof(leavesOf(folder, size), old), note };
}

/** Entries of the newest kept checkpoint that one of these witnesses has signed; 0 when there is none. */
export function lastCosigned(
  folder: string,
  witnesses: readonly WitnessKey[],
  verify: VerifySignature,
): number {
  const signed = keptCheckpoints(ledgerFolder(folder)).findLast(
    (note) => cosignaturesOn(note, witnesses, verify).length > 0,
  );
  return signed === undefined ? 0 : claimedCheckpoint(signed).size;
}

/** Leaf hashes of the first entries. Throws `ledger.damaged` when there are fewer. */
function leavesOf(folder: string, size: number): readonly Uint8Array[] {
  const { entries } = ledgerFolder(folder);
  const leaves: Uint8Array[] = [];
  for (const { bytes, ended } of readLines(entries)) {
    if (leaves.length === size || !ended) break;
    leaves.push(leafHash(bytes));
  }
  if (leaves.length === size) return leaves;
  throw ledgerDamaged(entries, `it ends after entry ${leaves.length}, a checkpoint covers ${size}`);
}
