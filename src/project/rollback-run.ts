import { lockProject, type UndoReport, undoRun } from '../engine/index.ts';
import { runbookClosed } from '../runbook/index.ts';
import { liveWorld } from './live-world.ts';
import type { Project } from './project.ts';
import { openWorldJournal, openWorldSession } from './run-world.ts';

/**
 * `godwit rollback`: takes back what the run wrote, newest first, and refuses to touch what somebody changed since. Covered by
 * the approvals of the run itself: going back is part of every approved runbook.
 */
export async function rollbackRun(project: Project, operator: string): Promise<UndoReport> {
  const world = await liveWorld(project, operator);
  using lock = lockProject({
    path: project.statePath('lock.sqlite'),
    purpose: 'godwit rollback',
    clock: project.clock,
  });
  await using journal = openWorldJournal(project, world.journal);
  await using session = await openWorldSession(
    project,
    world,
    { journal, lock },
    { onProgress: () => undefined },
  );
  const report = await undoRun(session, world.plans);
  const ledger = project.ledger();
  if (report.outcome === 'undone') ledger.append([runbookClosed(operator, world.runbookId, 'undone')]);
  await ledger.checkpoint(project.runnerKey());
  return report;
}
