import { GodwitError, Secret } from '../model/index.ts';
import { keyPassphrase, keyPassphraseVariable } from '../project/index.ts';

/** Asked on a terminal, from the environment elsewhere; never from a flag, which other users of the machine could read. */
export async function passphrase(message: string): Promise<Secret> {
  const known = keyPassphrase();
  if (known) return known;
  const missing = new GodwitError({
    code: 'cli.missing-passphrase',
    title: 'The passphrase of the key is not known',
    detail: `${keyPassphraseVariable} is not set and this is not a terminal`,
    nextStep: `Set ${keyPassphraseVariable}, for example: read -rs ${keyPassphraseVariable} && export ${keyPassphraseVariable}`,
    fate: 'never',
  });
  if (!process.stdin.isTTY) throw missing;
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({ message });
  if (isCancel(answer) || answer === undefined) throw missing;
  return new Secret(answer);
}
