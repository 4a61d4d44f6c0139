import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  createKeyFile,
  isSshKeyFile,
  openKeyFile,
  openSshKey,
  type SigningKey,
  type SshKey,
} from '../host/index.ts';
import { GodwitError, type Secret } from '../model/index.ts';
import { type Environment, processEnvironment } from './environment.ts';

/** Where the passphrase of a person's key comes from when nobody can be asked. */
export const keyPassphraseVariable = 'GODWIT_KEY_PASSPHRASE';

export interface NewKey {
  readonly path: string;
  readonly publicKey: string;
}

/** `godwit keys new`: a signing key of a person, encrypted under the person's own passphrase. Never overwrites one. */
export function makeKey(path: string, passphrase: Secret): NewKey {
  if (passphrase.reveal().length < 8) throw shortPassphrase();
  const place = resolve(path);
  mkdirSync(dirname(place), { recursive: true });
  return { path: place, publicKey: createKeyFile(place, passphrase).publicKey };
}

export function openKey(path: string, passphrase: Secret): SigningKey {
  return openKeyFile(resolve(path), passphrase);
}

/** A key of OpenSSH, whose passphrase is a matter between its owner and OpenSSH; null when the file is none of OpenSSH. */
export function sshKeyAt(path: string): SshKey | null {
  const place = resolve(path);
  return isSshKeyFile(place) ? openSshKey(place) : null;
}

export function keyPassphrase(environment: Environment = processEnvironment): Secret | null {
  return environment.secret(keyPassphraseVariable);
}

function shortPassphrase(): GodwitError {
  return new GodwitError({
    code: 'project.short-passphrase',
    title: 'The passphrase is too short',
    detail: 'it has fewer than 8 characters',
    nextStep: 'Choose a longer one: a few words are easy to keep and hard to guess.',
    fate: 'never',
  });
}
