import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BackupFacts, countRecords, readBackup, takeBackup } from '../rehearsal/index.ts';
import { restoreSettings } from './drill-restore.ts';
import { DrillScratch, pathIn } from './drill-scratch.ts';
import { writeFacts } from './facts-files.ts';
import type { Project } from './project.ts';

export interface TakenBackup {
  readonly file: string;
  readonly bytes: number;
  readonly digest: string;
  readonly durationMs: number;
  /** The facts file that says what it has to hold. */
  readonly facts: string;
}

/**
 * `godwit drill backup`: takes a backup with the installed client of the system, and counts its records before and after, so
 * that the drill knows what has to come back. Backups of others are drilled as well, against what the system holds then.
 */
export async function noteBackup(project: Project, onProgress: (what: string) => void): Promise<TakenBackup> {
  const settings = restoreSettings(project);
  const { of, backup } = settings;
  const system = of === 'source' ? await project.source() : await project.targetToRead();
  const schema = await system.inspects.inspect();
  const { scratch, runner } = new DrillScratch(project, {
    ...settings,
    scratch: project.settings.systems[of],
  });
  await scratch.versions();
  const file = pathIn(project, backup);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true, recursive: true });
  onProgress('counting before');
  const before = await countRecords(system, schema);
  const began = project.clock.elapsedMs();
  onProgress('taking the backup');
  await takeBackup(scratch, file, runner);
  const durationMs = Math.round(project.clock.elapsedMs() - began);
  const after = await countRecords(system, schema);
  const { bytes, digest } = await readBackup(file, project.signal);
  const facts: BackupFacts = { formatVersion: 1, of, backup: digest, at: project.clock.now(), before, after };
  return { file, bytes, digest, durationMs, facts: writeFacts(project, 'backup', facts) };
}
