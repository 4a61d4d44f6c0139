/** Runs as its own process; see `end-with-parent.ts`. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
  if (existsSync(join(server.dataFolder, 'postmaster.pid'))) stopAtOnce(server);
  rmSync(server.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function stopAtOnce({ pgCtl, dataFolder, folder, account }: GuardedServer): void {
  try {
    execFileSync(pgCtl, ['stop', '-D', dataFolder, '-m', 'immediate', '-w', '-t', '20'], {
      cwd: folder,
      stdio: 'ignore',
      ...account,
    });
  } catch {
    // The server was dead already (its pid file is what SIGKILL leaves); the folder goes either way.
  }
}
