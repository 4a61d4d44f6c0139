import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrmDatabase, uriOf } from './crm-servers.ts';
import { runCommand } from './run-command.ts';

/** pgcopydb with two table jobs and two index jobs, otherwise as it comes. */
export async function copyWithPgcopydb(source: CrmDatabase, target: CrmDatabase): Promise<void> {
  await inFolder(async (folder) => {
    const systems = ['--source', uriOf(source), '--target', uriOf(target), '--dir', join(folder, 'work')];
    await runCommand('pgcopydb', ['clone', ...systems, '--table-jobs', '2', '--index-jobs', '2']);
  });
}

/** pg_dump into a folder with two jobs, not compressed, then pg_restore with two jobs. */
export async function dumpAndRestore(source: CrmDatabase, target: CrmDatabase): Promise<void> {
  await inFolder(async (folder) => {
    const dump = join(folder, 'dump');
    await runCommand('pg_dump', ['-Fd', '-j2', '-Z0', '-f', dump, uriOf(source)]);
    await runCommand('pg_restore', ['-j2', '-d', uriOf(target), dump]);
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-bench-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
