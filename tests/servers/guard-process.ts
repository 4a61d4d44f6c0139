/** Runs as its own process; see `end-with-parent.ts`. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { GuardedServer } from './end-with-parent.ts';

const guarded = new Map<string, GuardedServer>();

// Interrupts go to the whole terminal group; the guard outlives them to clean up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line) as { guard?: GuardedServer; forget?: string };
  if (message.guard) guarded.set(message.guard.folder, message.guard);
  if (message.forget) guarded.delete(message.forget);
});
lines.on('close', () => {
  for (const server of guarded.values()) endServer(server);
});

function endServer(server: GuardedServer): void {
  if (existsSync(server.pidFile)) stopAtOnce(server);
  rmSync(server.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function stopAtOnce({ stop, pidFile, folder, account }: GuardedServer): void {
  try {
    if (stop === null) process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
    else execFileSync(stop.program, stop.args, { cwd: folder, stdio: 'ignore', ...account });
  } catch {
    // The server was dead already (its pid file is what SIGKILL leaves); the folder goes either way.
  }
}
