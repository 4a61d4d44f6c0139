import {
  type EntrySummary,
  type KeptEntry,
  owedLinks,
  type ReplayReport,
  replayStep,
} from '../engine/index.ts';
import { GodwitError } from '../model/index.ts';
import { liveWorld } from './live-world.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { addToRun, type OpenedRun } from './work-on-run.ts';
import type { World } from './world.ts';
import { liveJournal, openWorldJournal } from './world-journal.ts';

/** `godwit quarantine list`: what could not go in the run of the present runbook. */
export async function listQuarantine(project: Project): Promise<readonly EntrySummary[]> {
  return await quarantineOf(project, liveJournal, runName(readPlannedRunbook(project)));
}

/** @param name file of the journal: of the live systems, or of a rehearsal */
export async function quarantineOf(
  project: Project,
  name: string,
  run: string,
): Promise<readonly EntrySummary[]> {
  await using journal = await openWorldJournal(project, name);
  const entries: EntrySummary[] = [];
  for await (const entry of journal.entries({ run })) entries.push(entry);
  return entries;
}

/** `godwit quarantine show`: one record with its original and the reason. Throws `project.no-entry`. */
export async function showQuarantined(project: Project, id: string): Promise<KeptEntry> {
  await using journal = await openWorldJournal(project, liveJournal);
  const entry = await journal.entry(id);
  if (entry) return entry;
  throw new GodwitError({
    code: 'project.no-entry',
    title: 'There is no such entry in quarantine',
    detail: id,
    nextStep: '`godwit quarantine list` prints the id of every entry.',
    fate: 'never',
  });
}

/** `godwit quarantine replay`: tries again what could not go, with the source as it is now; all open entries unless named. */
export async function replayQuarantined(
  project: Project,
  operator: string,
  ids: readonly string[],
): Promise<readonly ReplayReport[]> {
  const world = await liveWorld(project, operator);
  return await addToRun(project, world, 'godwit quarantine replay', async (opened) =>
    replayIn(world, opened, ids),
  );
}

async function replayIn(
  world: World,
  { session, journal }: OpenedRun,
  ids: readonly string[],
): Promise<readonly ReplayReport[]> {
  const reports: ReplayReport[] = [];
  for (const step of world.runbook.steps) {
    const plan =
      step.action.kind === 'copy' || step.action.kind === 'link'
        ? world.plans.get(step.action.object)
        : undefined;
    const open: string[] = [];
    for await (const entry of journal.entries({ run: world.run, origin: step.id, state: 'open' }))
      open.push(entry.id);
    const wanted = ids.length === 0 ? open : open.filter((id) => ids.includes(id));
    const owed = step.action.kind === 'link' ? await owedLinks(session, step.id) : [];
    if (plan && wanted.length + owed.length > 0)
      reports.push(await replayStep(session, { step, plan, entries: wanted }));
  }
  return reports;
}
