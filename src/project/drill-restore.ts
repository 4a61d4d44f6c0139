import { basename } from 'node:path';
import type { OpenSystem } from '../connectors/index.ts';
import { GodwitError, isGodwitError } from '../model/index.ts';
import {
  type Backup,
  type BackupFacts,
  checkAppReads,
  checkRestored,
  type RestoreCheck,
  readBackup,
  restoringOf,
} from '../rehearsal/index.ts';
import { DrillScratch, pathIn } from './drill-scratch.ts';
import type { AppReadSettings, RestoreDrillSettings } from './drill-settings.ts';
import { keepEvidence } from './evidence-files.ts';
import { readFacts } from './facts-files.ts';
import type { Project } from './project.ts';
import type { RestoreDrill } from './restore-evidence.ts';
import type { SystemSettings } from './settings.ts';

export interface RestoreDrillReport extends RestoreDrill {
  readonly passed: boolean;
  /** The signed evidence. */
  readonly file: string;
  readonly evidence: string;
  /** Where the restored system stands, when it was asked for; null when it was dropped. */
  readonly kept: string | null;
}

/**
 * `godwit drill restore`: a real backup goes into a scratch system; the restoring is timed, and what came of it is checked.
 * The scratch system is dropped again however it ends, unless it is to be kept. Throws `drill.*`; a check that fails is a
 * result, and evidence too.
 */
export async function drillRestore(
  project: Project,
  { keep, onProgress }: { readonly keep: boolean; readonly onProgress: (what: string) => void },
): Promise<RestoreDrillReport> {
  const settings = restoreSettings(project);
  onProgress('reading the backup');
  const backup = await readBackup(pathIn(project, settings.backup), project.signal);
  const place = new DrillScratch(project, settings);
  const versions = await place.scratch.versions();
  const restoring = restoringOf(backup, place.scratch, { ...settings, ...project, runner: place.runner });
  await restoring.prove();
  await place.make();
  try {
    onProgress(`restoring ${backup.bytes} bytes into the ${place.scratch.title}`);
    const began = project.clock.elapsedMs();
    await restoring.restore();
    const durationMs = Math.round(project.clock.elapsedMs() - began);
    onProgress('checking what was restored');
    const checks = await checkPlace(project, settings, place, backup);
    const drill: RestoreDrill = {
      of: settings.of,
      backup: basename(backup.path),
      digest: backup.digest,
      bytes: backup.bytes,
      way: restoring.way,
      ...versions,
      scratch: place.scratch.title,
      durationMs,
      checksMs: Math.round(project.clock.elapsedMs() - began) - durationMs,
      checks,
    };
    const passed = checks.every(({ outcome }) => outcome !== 'failed');
    const { file, id } = await keepEvidence(project, {
      kind: 'restore-drill',
      passed,
      content: { ...drill },
    });
    return { ...drill, passed, file, evidence: id, kept: keep ? place.scratch.title : null };
  } finally {
    if (keep) place.keep();
    else await dropped(place);
  }
}

async function checkPlace(
  project: Project,
  settings: RestoreDrillSettings<SystemSettings>,
  place: DrillScratch,
  backup: Backup,
): Promise<readonly RestoreCheck[]> {
  await using restored = await place.open();
  const facts = readFacts(project, 'backup') as BackupFacts | null;
  const checks = await checkRestored({
    restored,
    scratch: place.scratch,
    live: await reachable(project, settings.of),
    facts: facts?.backup === backup.digest ? facts : null,
    toleranceRecords: settings.tolerance_records,
    compare: settings.compare,
    signal: project.signal,
  });
  return [...checks, ...(await checkAppReads(settings.app_reads.map(appRead), place.scratch, place.runner))];
}

/** The system the backup is of; null when it is away, which a drill is also there for. */
async function reachable(project: Project, of: 'source' | 'target'): Promise<OpenSystem | null> {
  try {
    const system = of === 'source' ? await project.source() : await project.targetToRead();
    await system.fingerprint();
    return system;
  } catch (error) {
    if (isGodwitError(error) && error.fate === 'later') return null;
    throw error;
  }
}

function appRead({
  name,
  query,
  command,
  expect,
}: AppReadSettings): Parameters<typeof checkAppReads>[0][number] {
  return { name, expect, ask: query === null ? { command: command ?? [] } : { query } };
}

/** What cannot be dropped is named, and known by the next drill for what this one left. */
async function dropped(place: DrillScratch): Promise<void> {
  try {
    await place.drop();
  } catch (cause) {
    throw new GodwitError({
      code: 'drill.scratch-left',
      title: 'The scratch system could not be dropped',
      detail: `${place.scratch.title}${isGodwitError(cause) ? `: ${cause.detail}` : ''}`,
      nextStep:
        'Run the drill again, which drops what this one left, or drop it by hand: it holds real records.',
      fate: 'later',
      cause,
    });
  }
}

/** Throws `drill.not-declared`. */
export function restoreSettings({ settings }: Project): RestoreDrillSettings<SystemSettings> {
  const { restore } = settings.drills;
  if (restore === null)
    throw new GodwitError({
      code: 'drill.not-declared',
      title: 'godwit.yaml does not say what is restored, and where to',
      detail: 'drills, restore: backup and scratch are needed',
      nextStep: 'Write them as docs/guides/drills.md shows, then run `godwit drill restore`.',
      fate: 'never',
      where: { file: 'godwit.yaml' },
    });
  const { of, scratch } = restore;
  if (settings.systems[of].kind === scratch.kind) return restore;
  throw new GodwitError({
    code: 'drill.not-declared',
    title: 'The scratch system is of another kind than the system the backup is of',
    detail: `drills, restore: scratch is ${scratch.kind}, the ${of} is ${settings.systems[of].kind}`,
    nextStep: 'Name a scratch system of the same kind, or the system the backup is of.',
    fate: 'never',
    where: { file: 'godwit.yaml' },
  });
}
