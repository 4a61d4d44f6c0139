import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServerAccount } from './server-account.ts';

/**
 * No server outlives the process that started it, however that process ends (SIGKILL included): a small guard process
 * reads from a pipe that only its parent holds. When the pipe closes it stops the servers it was told of and removes their
 * folders. There is one guard for each process that starts servers.
 */
export interface GuardedServer {
  readonly folder: string;
  /** There while the server runs; its first line is the process to end. */
  readonly pidFile: string;
  /** The program that stops the server and waits for it; null: the process is killed. */
  readonly stop: { readonly program: string; readonly args: readonly string[] } | null;
  readonly account: ServerAccount;
}

let guardInput: NodeJS.WritableStream | undefined;

export function endWithParent(server: GuardedServer): void {
  guardInput ??= startGuard();
  guardInput.write(`${JSON.stringify({ guard: server })}\n`);
}

/** The server was stopped and its folder removed: nothing is left to guard. */
export function guardNoMore(server: GuardedServer): void {
  guardInput?.write(`${JSON.stringify({ forget: server.folder })}\n`);
}

function startGuard(): NodeJS.WritableStream {
  const script = fileURLToPath(new URL('./guard-process.ts', import.meta.url));
  const guard = spawn(process.execPath, ['--no-warnings', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard.stdin;
}
