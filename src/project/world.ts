import type { OpenSystem } from '../connectors/index.ts';
import type { ObjectPlan } from '../engine/index.ts';
import type { Runbook, Warrant } from '../model/index.ts';
import type { CheckedMove } from './check-map.ts';

/** Where a runbook is carried out: the live systems, or a rehearsal's sandbox. The code that does it is the same. */
export interface World {
  /** Names the run in the target, the journal and the ledger. */
  readonly run: string;
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly move: CheckedMove;
  readonly plans: ReadonlyMap<string, ObjectPlan>;
  readonly warrant: Warrant;
  openSource(): Promise<OpenSystem>;
  openTarget(): Promise<OpenSystem>;
  /** The journal's file inside `.godwit/`: a rehearsal has its own. */
  readonly journal: string;
}
