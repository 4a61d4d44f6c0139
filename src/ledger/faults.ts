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

export function offerUnreadable(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.offer-unreadable',
    title: 'This is not what a ledger offers to a witness',
    detail: why,
    nextStep: 'Take the file as `godwit ledger offer` wrote it.',
    fate: 'never',
  });
}

export function sawOther(old: number, seen: number): GodwitError {
  return new GodwitError({
    code: 'ledger.saw-other',
    title: 'The offer begins elsewhere than where this witness stands',
    detail: `it proves how the ledger grew from entry ${old}; this witness saw ${seen} entries last`,
    nextStep: `Ask the ledger's owner for \`godwit ledger offer --from ${seen}\`.`,
    fate: 'never',
  });
}

export function ledgerShrank(size: number, seen: number): GodwitError {
  return new GodwitError({
    code: 'ledger.shrank',
    title: 'The ledger is shorter than this witness saw it, so it is not signed',
    detail: `it has ${size} entries now and had ${seen}: entries ${size + 1} to ${seen} are missing`,
    nextStep:
      'Keep both checkpoints: they prove it. Ask the owner which backup was put back, or what was taken away.',
    fate: 'pause',
  });
}

export function historyForked(seen: number, size: number): GodwitError {
  return new GodwitError({
    code: 'ledger.forked',
    title: 'The ledger does not go on from what this witness saw, so it is not signed',
    detail: `of the ${size} entries now, the first ${seen} are not the ${seen} entries the witness signed: one of entries 1 to ${seen} was changed`,
    nextStep:
      'Keep both checkpoints: they prove it. `godwit ledger verify --witnessed <notes>`, where the ledger is, names the entries.',
    fate: 'pause',
  });
}

export function trustUnreadable(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.trust-unreadable',
    title: 'This is not a trust root godwit can read',
    detail: why,
    nextStep: 'Take the file as `godwit ledger trust` wrote it, from somebody you believe.',
    fate: 'never',
  });
}

export function offerImpossible(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.offer-impossible',
    title: 'There is nothing to offer to a witness',
    detail: why,
    nextStep:
      'Give the size the witness saw last with --from; without it the offer begins at the first entry.',
    fate: 'never',
  });
}

export function bundleImpossible(why: string): GodwitError {
  return new GodwitError({
    code: 'ledger.bundle-impossible',
    title: 'There is nothing yet that would prove anything to others',
    detail: why,
    nextStep:
      'Have the newest checkpoint witnessed: `godwit ledger offer`, `godwit ledger witness`, `godwit ledger accept`.',
    fate: 'pause',
  });
}
