import { GodwitError } from '../model/index.ts';

export function publicKeyInvalid(text: string, why: string): GodwitError {
  return new GodwitError({
    code: 'host.public-key-invalid',
    title: 'This is not a public key godwit can trust',
    detail: `${JSON.stringify(text.slice(0, 80))} ${why}`,
    nextStep:
      'Take the one line of the `.pub` file that `godwit keys new` wrote (`ed25519:` and 44 characters), or that of an Ed25519 key of OpenSSH (`ssh-ed25519 AAAA...`).',
    fate: 'never',
  });
}

export function keyFileUnreadable(why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'host.key-file-unreadable',
    title: 'The signing key cannot be opened',
    detail: why,
    nextStep:
      'Give the passphrase the key was made with; if it is right, the file was changed: take it from a backup.',
    fate: 'never',
    cause,
  });
}

export function keyFileMissing(path: string): GodwitError {
  return new GodwitError({
    code: 'host.key-file-missing',
    title: 'There is no key at this path',
    detail: path,
    nextStep:
      'Name the file that `godwit keys new` wrote (the private one, without .pub), or make a key with it.',
    fate: 'never',
    where: { file: path },
  });
}

export function keyFileExists(path: string): GodwitError {
  return new GodwitError({
    code: 'host.key-file-exists',
    title: 'A signing key is already kept there',
    detail: path,
    nextStep: 'Choose another name. A key is never overwritten: what it signed could no longer be continued.',
    fate: 'never',
    where: { file: path },
  });
}

export function sshKeyUnusable(kind: string): GodwitError {
  return new GodwitError({
    code: 'host.ssh-key-unusable',
    title: 'This SSH key cannot sign decisions',
    detail: `it is a key of the kind ${JSON.stringify(kind.slice(0, 40))}; godwit reads ssh-ed25519`,
    nextStep: 'Make one with `ssh-keygen -t ed25519`, or a key of godwit with `godwit keys new`.',
    fate: 'never',
  });
}

export function sshSigningFailed(why: string): GodwitError {
  return new GodwitError({
    code: 'host.ssh-signing-failed',
    title: 'ssh-keygen made no signature',
    detail: why,
    nextStep:
      'Run `ssh-add -l`: the agent has to hold the key, or the private file has to lie beside its .pub. OpenSSH 8.1 or later is needed.',
    fate: 'never',
  });
}

export function programMissing(program: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'host.program-missing',
    title: `The program ${program} cannot be started`,
    detail: cause instanceof Error ? cause.message : String(cause),
    nextStep: 'Install it on this machine, or say in godwit.yaml in which folder it lies.',
    fate: 'never',
    cause,
  });
}
