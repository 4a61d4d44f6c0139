import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** SIGKILL to a postmaster and all its backends; resolves when none is left, so that the server can start again. */
export async function killServer(dataFolder: string): Promise<void> {
  const pidFile = join(dataFolder, 'postmaster.pid');
  const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
  // The postmaster first, so that it starts no new backend while the others are being killed.
  const pids = [postmaster, ...childrenOf(postmaster)];
  for (const pid of pids) killOne(pid);
  while (pids.some(isAlive)) await delay(5);
  // Where nobody reaps orphans (a container) a zombie keeps the pid, and the next start would believe it alive.
  await rm(pidFile, { force: true });
}

function childrenOf(parent: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return rows.filter(([, ppid]) => ppid === parent).map(([pid]) => pid as number);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A zombie that nobody has reaped yet counts as dead. */
function isAlive(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return !state.trim().startsWith('Z');
  } catch {
    // ps answers with failure when there is no such process.
    return false;
  }
}
