import { GodwitError, type Secret } from '../model/index.ts';
import { keyPassphrase, openKey, type Signer, sshKeyAt } from '../project/index.ts';
import { statementSection } from '../reports/index.ts';
import { passphrase } from './ask-passphrase.ts';
import type { Output } from './output.ts';

/** The key in a file: its passphrase is asked where it is one of godwit's own; OpenSSH asks for its own. */
export async function keyAt(path: string): Promise<Signer['key']> {
  return sshKeyAt(path) ?? openKey(path, await passphrase(`Passphrase of ${path}`));
}

/**
 * Shows what is about to be signed, whole: the text and every member of the decision. At a terminal nothing is signed without
 * a yes; elsewhere the command is the consent.
 */
export function showThenAsk(output: Output): NonNullable<Signer['consent']> {
  return async ({ kind, body, text }) => {
    output.line(text.trimEnd());
    output.section(statementSection(kind, body));
    if (!process.stdin.isTTY || output.json) return;
    const { confirm } = await import('@clack/prompts');
    const answer = await confirm({ message: 'Sign this?', initialValue: false });
    if (answer !== true) throw notSigned();
  };
}

/** Typed twice: a key under a passphrase with a slip in it could never be opened. */
export async function newPassphrase(message: string): Promise<Secret> {
  const first = await passphrase(message);
  if (keyPassphrase()) return first;
  const second = await passphrase('The same once more');
  if (first.reveal() === second.reveal()) return first;
  throw new GodwitError({
    code: 'cli.wrong-flag',
    title: 'The passphrases are not the same',
    detail: 'no key was made',
    nextStep: 'Run the command again.',
    fate: 'never',
  });
}

function notSigned(): GodwitError {
  return new GodwitError({
    code: 'cli.not-signed',
    title: 'Nothing was signed',
    detail: 'the question was not answered with yes',
    nextStep: 'Run the command again when you agree; with --reject a runbook is rejected instead.',
    fate: 'never',
  });
}
