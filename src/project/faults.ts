import { GodwitError } from '../model/index.ts';

/** What is wrong with a process that wants to work on a project beside others, and with what a step rests on. Each code has a page under `docs/errors/`. */

export function journalNotShared(): GodwitError {
  return new GodwitError({
    code: 'project.journal-not-shared',
    title: 'This project is worked on by one machine',
    detail: 'its journal and its ledger are not both in a database',
    nextStep:
      'Put `journal:` and `ledger:` with kind: postgres into godwit.yaml, as docs/guides/many-machines.md shows.',
    fate: 'never',
  });
}

export function otherRunbook(own: string, led: string): GodwitError {
  return new GodwitError({
    code: 'project.other-runbook',
    title: 'This folder holds another runbook than the one that is being run',
    detail: `here ${own}, run is ${led}`,
    nextStep:
      'Bring this folder to the state of the one that runs (mapping, facts, runbook.yaml, decisions), and start the worker again.',
    fate: 'never',
  });
}

export function otherVersion(own: string, led: string): GodwitError {
  return new GodwitError({
    code: 'project.other-version',
    title: 'The run is led by another version of godwit',
    detail: `this is ${own}, the run is led by ${led}`,
    nextStep: `Install godwit ${led} on this machine and start the worker again.`,
    fate: 'never',
  });
}

export function otherPassphrase({ code, detail }: GodwitError, variable: string): GodwitError {
  return new GodwitError({
    code,
    title: 'The key that signs what the ledger of this folder holds cannot be opened',
    detail,
    nextStep: `Set ${variable} to the passphrase this folder was begun with; if it is that, the file was changed: take it from a backup.`,
    fate: 'never',
  });
}

export function otherRunnerKey(file: string): GodwitError {
  return new GodwitError({
    code: 'project.other-runner-key',
    title: 'The shared ledger is signed with another key than this folder has',
    detail: 'the key in this folder is not the one of the other machines',
    nextStep:
      'If nothing was signed with it (a fresh copy of the project), delete the file named above and the one beside it that ends with .pub: the key of the others takes their place. Else use the folder the project was begun in.',
    fate: 'never',
    where: { file },
  });
}

export function otherSalt(file: string): GodwitError {
  return new GodwitError({
    code: 'project.other-salt',
    title: 'The shared journal was sealed under another key than this folder would make',
    detail: 'the salt in this folder is not the one of the journal',
    nextStep:
      'If nothing was sealed in this folder yet, delete the file named above: the one of the journal takes its place. Else use the folder the project was begun in.',
    fate: 'never',
    where: { file },
  });
}

export function claimFailed(step: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'project.claim-failed',
    title: 'Something is not as it was agreed, so the step was not begun',
    detail,
    nextStep: 'Look at it with `godwit status`; if the change is meant, plan again and have it approved.',
    fate: 'pause',
    where: { step },
  });
}
