import type { VerifySignature } from '../host/index.ts';
import { claimedCheckpoint } from './checkpoint.ts';
import { type Cosignature, cosignaturesOn, type WitnessKey } from './cosignature.ts';
import { noteUnreadable } from './faults.ts';
import { keepCheckpoint, keptCheckpoints, ledgerFolder } from './ledger-folder.ts';
import { noteText, withLinesOf } from './signed-note.ts';

export interface AcceptedCosignatures {
  readonly size: number;
  readonly cosignatures: readonly Cosignature[];
}

/**
 * Puts what witnesses signed beside the checkpoint that is kept in the ledger's folder. Throws `ledger.note-unreadable` when
 * no such checkpoint is kept, or no known witness signed it.
 */
export function acceptCosignatures(
  folder: string,
  note: string,
  witnesses: readonly WitnessKey[],
  verify: VerifySignature,
): AcceptedCosignatures {
  const place = ledgerFolder(folder);
  const cosignatures = cosignaturesOn(note, witnesses, verify);
  if (cosignatures.length === 0) throw noteUnreadable('no witness of the trust root signed it');
  const kept = keptCheckpoints(place).find((one) => noteText(one) === noteText(note));
  if (kept === undefined) throw noteUnreadable('the ledger here keeps no checkpoint with this text');
  const { size } = claimedCheckpoint(note);
  keepCheckpoint(place, size, withLinesOf(kept, note));
  return { size, cosignatures };
}
