import type { Journal, Session } from '../engine/index.ts';
import { holdProject } from './hold-project.ts';
import type { Project } from './project.ts';
import { finishAgain, isFinished, openWorldSession, type SessionWorld } from './run-world.ts';
import type { World } from './world.ts';
import { openWorldJournal } from './world-journal.ts';

/** A run that was started before, opened to be worked on. */
export interface OpenedRun {
  readonly session: Session;
  readonly journal: Journal;
  /** It was at its end before the session opened it again. */
  readonly wasFinished: boolean;
}

/**
 * Works on a run outside of its own steps, under the lock of the project. Throws `engine.locked`.
 *
 * @param purpose what whoever is refused is told: `godwit rollback`
 */
export async function workOnRun<Result>(
  project: Project,
  world: SessionWorld & { readonly journal: string },
  purpose: string,
  work: (opened: OpenedRun) => Promise<Result>,
): Promise<Result> {
  await using hold = await holdProject(project, purpose, world.journal);
  const { lock, team } = hold;
  await using journal = await openWorldJournal(project, world.journal, team?.lead);
  const wasFinished = await isFinished(journal, world.run);
  await using session = await openWorldSession(
    project,
    world,
    { journal, lock },
    { onProgress: () => undefined, team, signal: AbortSignal.any([project.signal, hold.lost]) },
  );
  return await work({ session, journal, wasFinished });
}

/** The same for work that adds records: a run that was at its end is ended again, and the ledger covers it by a checkpoint. */
export async function addToRun<Result>(
  project: Project,
  world: World,
  purpose: string,
  work: (opened: OpenedRun) => Promise<Result>,
): Promise<Result> {
  return await workOnRun(project, world, purpose, async (opened) => {
    const added = await work(opened);
    if (opened.wasFinished) await finishAgain(opened.session, world);
    await project.checkpoint();
    return added;
  });
}
