import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program to its end; throws with the end of what it printed when it fails. Answers with all it printed. */
export async function runCommand(
  program: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { cwd, env } = options;
  const child = spawn(program, words, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => told.push(String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new RangeError(`${program} ended with ${code}: ${told.join('').slice(-2_000)}`);
  return told.join('');
}
