import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrmDatabase, uriOf } from './crm-servers.ts';
import type { MariadbCrm } from './mariadb-crm.ts';
import { runCommand } from './run-command.ts';

/** pgloader with two workers and two indexes at a time, and batches that fit its memory: with its defaults it fails. */
export async function copyWithPgloader(maria: MariadbCrm, target: CrmDatabase): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-bench-'));
  try {
    const order = join(folder, 'crm.load');
    await writeFile(order, orderOf(maria.uri, uriOf(target)), { mode: 0o600 });
    const told = await runCommand('pgloader', ['--root-dir', folder, order]);
    if (/\b(ERROR|FATAL)\b/.test(told)) throw new RangeError(`pgloader said: ${told.slice(-2_000)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const orderOf = (source: string, target: string): string => `LOAD DATABASE
     FROM ${source}
     INTO ${target}
WITH include drop, create tables, create indexes, reset sequences, foreign keys,
     workers = 2, concurrency = 1, max parallel create index = 2,
     batch rows = 25000, batch size = 20MB, prefetch rows = 25000
SET PostgreSQL PARAMETERS maintenance_work_mem to '512MB', work_mem to '64MB', timezone to 'UTC';
`;
