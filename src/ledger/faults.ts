import { GodwitError } from '../model/index.ts';

export function notCanonical(path: string, why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.not-canonical',
    title: 'This content has no canonical JSON form',
    detail: `${path} ${why}`,
    nextStep: 'Write large and decimal numbers as text, and leave a missing value out.',
    fate: 'never',
    where: { path },
  });
}

export function notStrictJson(offset: number, why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.not-strict-json',
    title: 'This JSON could be read in two ways, or in none',
    detail: `at character ${offset}: ${why}`,
    nextStep: 'Take the file as godwit wrote it; nothing was read from this one.',
    fate: 'never',
  });
}

export function ledgerBusy(path: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'ledger.busy',
    title: 'Another process is writing to the ledger',
    detail: path,
    nextStep: 'Run the command again in a moment; if it stays so, look for a godwit process that hangs.',
    fate: 'later',
    where: { file: path },
    cause,
  });
}

export function ledgerDamaged(path: string, why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.damaged',
    title: 'The ledger was changed, so nothing is added to it',
    detail: why,
    nextStep: 'Run `godwit ledger verify` to see the first bad entry, then restore the ledger from a backup.',
    fate: 'pause',
    where: { file: path },
  });
}

export function ledgerWriteFailed(path: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'ledger.write-failed',
    title: 'The ledger could not be written, so nothing else is done either',
    detail: cause instanceof Error ? cause.message : String(cause),
    nextStep: 'Free disk space or mend the disk, then run the command again: it goes on where it stopped.',
    fate: 'later',
    where: { file: path },
    cause,
  });
}

export function noteUnreadable(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.note-unreadable',
    title: 'This is not a signed checkpoint that can be trusted',
    detail: why,
    nextStep:
      'Take the checkpoint as it was written, and check that the key is the one of the runner that signed it.',
    fate: 'never',
  });
}

export function envelopeUnreadable(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.envelope-unreadable',
    title: 'This is not a signed decision godwit can read',
    detail: why,
    nextStep: 'Take the file in approvals/ as godwit wrote it, or have the decision signed again.',
    fate: 'never',
  });
}

export function envelopeUntrusted(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.envelope-untrusted',
    title: 'The signature on this decision does not hold',
    detail: why,
    nextStep: 'Have it signed again with a key that stands in the people section of godwit.yaml.',
    fate: 'never',
  });
}
