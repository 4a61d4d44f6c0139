import type { Relation } from '../model/index.ts';
import type { JournalStep } from './journal/journal.ts';
import type { ObjectPlan } from './object-plan.ts';

/** What is to be undone: one slice, with the step it was written for. */
export interface UndoItem {
  readonly step: JournalStep;
  readonly slice: number;
  readonly relation: Relation;
  readonly mode: ObjectPlan['mode'];
}

/** What has to be known of an object to take its records back. */
export type PlanToUndo = Pick<ObjectPlan, 'target' | 'mode'>;
