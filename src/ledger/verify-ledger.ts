import type { VerifySignature } from '../host/index.ts';
import { hex, isGodwitError } from '../model/index.ts';
import {
  type CheckpointHolder,
  type CheckpointTrust,
  type HeldCheckpoint,
  openCheckpoint,
} from './checkpoint.ts';
import { type Cosignature, cosignaturesOn, type WitnessKey } from './cosignature.ts';
import { findBadEntry } from './find-bad-entry.ts';
import { keptCheckpoints, ledgerFolder } from './ledger-folder.ts';
import type { LedgerProblem } from './ledger-problem.ts';
import { readLines } from './read-lines.ts';

/**
 * Checks a whole ledger offline: every line alone, the chain of links, the Merkle roots and the runner's signature on each
 * checkpoint. Names the first bad entry, or the entries among which it is, and what is wrong.
 *
 * What it cannot show without a witness: that the owner of the runner's key did not write the whole history anew, or keep
 * back entries after the last checkpoint somebody else holds. `notProven` says so in words for the report.
 */
export function verifyLedger(request: VerifyLedgerRequest): LedgerVerdict {
  const { folder, origin, runnerKey, verify, witnessed = [], witnesses = [] } = request;
  const place = ledgerFolder(folder);
  const trust = { origin, publicKey: runnerKey, verify, witnesses };
  const kept = openNotes(keptCheckpoints(place), 'kept', trust);
  const held = openNotes(witnessed, 'witnessed', trust);
  const checkpoints = [...kept.checkpoints, ...held.checkpoints].sort((a, b) => a.size - b.size);
  const found = findBadEntry(readLines(place.entries), checkpoints);
  const problems = [...found.problems, ...kept.problems, ...held.problems];
  return {
    intact: problems.length === 0,
    entries: found.entries,
    root: hex(found.root),
    bodiesErased: found.bodiesErased,
    problems,
    checkpoints: checkpoints.map(({ size, from }) => ({ size, from })),
    notCovered: Math.max(0, found.entries - Math.max(0, ...checkpoints.map(({ size }) => size))),
    witnessed: Math.max(0, ...checkpoints.flatMap(({ size, from }) => (from === 'witnessed' ? [size] : []))),
    cosignatures: [...kept.cosignatures, ...held.cosignatures],
    notProven: limits(checkpoints),
  };
}

export interface VerifyLedgerRequest {
  readonly folder: string;
  readonly origin: string;
  /** The runner's public key, taken from somewhere else than the ledger's own folder. */
  readonly runnerKey: string;
  readonly verify: VerifySignature;
  /** Signed notes that somebody else has kept: only they make a rewritten history visible. */
  readonly witnessed?: readonly string[];
  /** Whose cosignatures on a checkpoint are believed: such a one was seen by somebody outside, whoever keeps it. */
  readonly witnesses?: readonly WitnessKey[];
}

export interface LedgerVerdict {
  readonly intact: boolean;
  /** How many entries were read. */
  readonly entries: number;
  /** Merkle root over them, in hex. */
  readonly root: string;
  /** Bodies kept sealed beside the ledger, of which it says that they were erased. */
  readonly bodiesErased: number;
  /** The first one first. */
  readonly problems: readonly LedgerProblem[];
  /** Those with a good signature. */
  readonly checkpoints: readonly { readonly size: number; readonly from: CheckpointHolder }[];
  /** Entries after the last good checkpoint: nothing would show if they were cut off. */
  readonly notCovered: number;
  /** So many entries, from the first, stood as they are when somebody outside saw them. */
  readonly witnessed: number;
  readonly cosignatures: readonly (Cosignature & { readonly size: number })[];
  readonly notProven: readonly string[];
}

interface OpenedNotes {
  readonly checkpoints: readonly HeldCheckpoint[];
  readonly cosignatures: LedgerVerdict['cosignatures'];
  readonly problems: readonly LedgerProblem[];
}

function openNotes(
  notes: readonly string[],
  holder: CheckpointHolder,
  trust: CheckpointTrust & { readonly witnesses: readonly WitnessKey[] },
): OpenedNotes {
  const checkpoints: HeldCheckpoint[] = [];
  const cosignatures: (Cosignature & { readonly size: number })[] = [];
  const problems: LedgerProblem[] = [];
  for (const [at, note] of notes.entries()) {
    try {
      const checkpoint = openCheckpoint(note, trust);
      const seenBy = cosignaturesOn(note, trust.witnesses, trust.verify);
      checkpoints.push({ ...checkpoint, from: seenBy.length > 0 ? 'witnessed' : holder });
      cosignatures.push(...seenBy.map((one) => ({ ...one, size: checkpoint.size })));
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      const what = `${holder} checkpoint ${at + 1} of ${notes.length}: ${error.detail}`;
      problems.push({ code: 'ledger.checkpoint-invalid', from: null, to: null, what });
    }
  }
  return { checkpoints, cosignatures, problems };
}

function limits(checkpoints: readonly HeldCheckpoint[]): readonly string[] {
  const always = [
    'that the times are right: they are the clock of the machine that wrote',
    'that everything that happened was written: only that what was written has not changed',
  ];
  if (checkpoints.length === 0)
    return ['anything against whoever can write the files: there is no checkpoint', ...always];
  return checkpoints.every(({ from }) => from === 'kept')
    ? ['anything against the owner of the runner key: no checkpoint was kept by somebody else', ...always]
    : always;
}
