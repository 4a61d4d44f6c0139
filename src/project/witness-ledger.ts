import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type SigningKey, systemClock, verifySignature } from '../host/index.ts';
import {
  type AcceptedCosignatures,
  acceptCosignatures,
  claimedCheckpoint,
  lastCosigned,
  offerFrom,
  offerText,
  type TrustRoot,
  Witness,
} from '../ledger/index.ts';
import { GodwitError } from '../model/index.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface LedgerOffer {
  readonly file: string;
  readonly size: number;
  /** Where the proof begins. */
  readonly from: number;
}

/**
 * `godwit ledger offer`: a fresh checkpoint, and the proof that it goes on from what the witness saw last. Without `from` the
 * proof begins at the last checkpoint here that carries a cosignature of the trust root's witnesses.
 */
export async function offerLedger(
  project: Project,
  trust: TrustRoot | null,
  options: { readonly from: number | null; readonly out: string },
): Promise<LedgerOffer> {
  await project.checkpoint();
  const folder = project.statePath('ledger');
  const from = options.from ?? lastCosigned(folder, trust?.witnesses ?? [], verifySignature);
  const offer = offerFrom(folder, from);
  const file = resolve(options.out);
  writeWholeFile(file, offerText(offer));
  return { file, from, size: claimedCheckpoint(offer.note).size };
}

export interface WitnessedOffer {
  readonly file: string;
  readonly witness: string;
  readonly size: number;
}

export interface WitnessFiles {
  readonly offer: string;
  /** Folder in which the witness remembers. */
  readonly seen: string;
  readonly out: string;
}

/** `godwit ledger witness`, on a machine that has no project: looks at an offer and signs it beside the runner. */
export function witnessOffer(trust: TrustRoot, key: SigningKey, files: WitnessFiles): WitnessedOffer {
  const witness = trust.witnesses.find(({ publicKey }) => publicKey === key.publicKey);
  if (witness === undefined) throw notAWitness(key.publicKey);
  const { origin, runnerKey } = trust;
  const note = new Witness({
    folder: resolve(files.seen),
    origin,
    runnerKey,
    verify: verifySignature,
    name: witness.name,
    key,
    clock: systemClock,
  }).cosign(readFileSync(resolve(files.offer), 'utf8'));
  const file = resolve(files.out);
  writeWholeFile(file, note);
  return { file, witness: witness.name, size: claimedCheckpoint(note).size };
}

/** `godwit ledger accept`: keeps what a witness signed beside the checkpoint it signed. */
export async function acceptWitness(
  project: Project,
  trust: TrustRoot,
  path: string,
): Promise<AcceptedCosignatures> {
  const note = readFileSync(resolve(path), 'utf8');
  const folder = project.statePath('ledger');
  const accepted = acceptCosignatures(folder, note, trust.witnesses, verifySignature);
  await project.refreshLedger();
  return accepted;
}

function notAWitness(publicKey: string): GodwitError {
  return new GodwitError({
    code: 'project.not-a-witness',
    title: 'The trust root names no witness with this key',
    detail: publicKey,
    nextStep: 'Ask the owner of the ledger to name it: `godwit ledger trust --witness <name>=<public key>`.',
    fate: 'never',
  });
}
