import type { RunbookStep } from '../model/index.ts';
import { copyWork } from './copy-object.ts';
import { stepUnknown } from './faults.ts';
import { linkWork } from './link-object.ts';
import type { ObjectPlan } from './object-plan.ts';
import { owedLinks } from './owed-links.ts';
import { type ReplayReport, replayQuarantine } from './replay-quarantine.ts';
import type { Session } from './session.ts';

export interface ReplayRequest {
  /** The copy or link step whose entries are tried again. */
  readonly step: RunbookStep;
  /** Its object, with the mapping as it is now. */
  readonly plan: ObjectPlan;
  /** Ids of entries, or all open ones of that step. */
  readonly entries: readonly string[] | 'all';
}

/**
 * Tries again what a step had to put into quarantine. A second pass also sets what it owes to records that came since by a
 * replay of the first one.
 */
export async function replayStep(session: Session, request: ReplayRequest): Promise<ReplayReport> {
  const { step, plan, entries } = request;
  const { action } = step;
  switch (action.kind) {
    case 'copy':
      return replayQuarantine(session, { work: copyWork(step.id, plan, action.deferred), entries, owed: [] });
    case 'link':
      return replayQuarantine(session, {
        work: linkWork(step.id, plan, action.fields),
        entries,
        owed: await owedLinks(session, step.id),
      });
    case 'check-target':
    case 'create-relations':
    case 'complete-relations':
    case 'advance-sequences':
    case 'audit':
    case 'sign-off':
    case 'pre-check':
      throw stepUnknown(step.id, `"${action.kind}" leaves no records in quarantine`);
  }
}

export type { ReplayReport } from './replay-quarantine.ts';
