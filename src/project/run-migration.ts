import type { UnfinishedStep } from '../ledger/index.ts';
import { glassBroken } from '../runbook/index.ts';
import { keepRunbook } from './kept-runbooks.ts';
import { liveWorld } from './live-world.ts';
import type { Project } from './project.ts';
import { holdForRun, type RunWatcher, runWorld, type WorldReport } from './run-world.ts';
import { unfinishedOf, unknownToldAs } from './unknown-steps.ts';

/** `godwit run`: carries out the approved runbook on the live systems, or goes on with it. */
export async function runMigration(
  project: Project,
  operator: string,
  watcher: RunWatcher,
): Promise<MigrationReport> {
  const keys = project.deriveKeys();
  // Told below, behind what is wrong with the runbook.
  keys.catch(() => undefined);
  const world = await liveWorld(project, operator, 'run');
  await keys;
  // Before the ledger hears of it: a run that is refused because another one is under way did not start.
  await using hold = await holdForRun(project, world);
  keepRunbook(project, world.runbook);
  const ledger = project.ledger();
  const unknown = unfinishedOf(project, world.run);
  ledger.append(unknown.map(unknownToldAs));
  const { breakGlass } = world.warrant.content;
  if (breakGlass !== undefined)
    ledger.append([glassBroken(operator, world.run, world.runbookId, breakGlass)]);
  ledger.append([
    {
      type: 'run-started',
      actor: operator,
      body: {
        run: world.run,
        runbook: world.runbookId,
        approvals: world.warrant.content.approvals,
        ...(breakGlass === undefined ? {} : { breakGlass }),
      },
    },
  ]);
  await ledger.flush();
  const report = await runWorld(project, world, hold, watcher);
  ledger.append([{ type: 'run-ended', actor: operator, body: { run: world.run, outcome: report.outcome } }]);
  await project.checkpoint();
  return { ...report, unknown };
}

export interface MigrationReport extends WorldReport {
  /** Of the process before this one, which was cut off: what it did last is asked of the target. */
  readonly unknown: readonly UnfinishedStep[];
}
