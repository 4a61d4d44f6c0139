import { type NewEvent, stepOutcomeUnknown, type UnfinishedStep, unfinishedSteps } from '../ledger/index.ts';
import type { Project } from './project.ts';

/** Steps of a run that began, and of which the ledger does not say how they ended: at most one, the one under way while a process is at it. */
export function unfinishedOf(project: Project, run: string): readonly UnfinishedStep[] {
  return unfinishedSteps(project.ledger().entries()).filter((step) => step.run === run);
}

/** What the ledger is told before the run goes on. */
export function unknownToldAs({ run, step, entry }: UnfinishedStep): NewEvent {
  return { type: stepOutcomeUnknown, actor: 'godwit', body: { run, step, entry } };
}
