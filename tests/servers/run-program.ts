import { spawn } from 'node:child_process';
import type { ServerAccount } from './server-account.ts';

/** Runs one of the server's programs to its end; throws with what it printed when it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  account: ServerAccount,
  folder: string,
): Promise<void> {
  // `pg_ctl start` leaves the server behind with these streams: `ignore` for output would lose errors, a pipe would never end,
  // so the end of the program counts and not the end of its output.
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  child.stdout.destroy();
  child.stderr.destroy();
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${printed.trim()}`);
}
