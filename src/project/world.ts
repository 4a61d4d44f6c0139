import type { OpenSystem } from '../connectors/index.ts';
import type { ObjectPlan } from '../engine/index.ts';
import { findRelation, type Runbook, type Schema, type Warrant } from '../model/index.ts';
import type { CheckedMove } from './check-map.ts';
import { objectPlans } from './object-plans.ts';

/** Where a runbook is carried out: the live systems, or a rehearsal's sandbox. The code that does it is the same. */
export interface World {
  /** Names the run in the target, the journal and the ledger. */
  readonly run: string;
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly move: CheckedMove;
  /**
   * The target's relations, those that are to be created as they are planned. Once they were created, `seeCreated` puts what
   * the system itself says of them in their place, here and in the plans.
   */
  targetSchema: Schema;
  plans: ReadonlyMap<string, ObjectPlan>;
  readonly warrant: Warrant;
  openSource(): Promise<OpenSystem>;
  openTarget(): Promise<OpenSystem>;
  /** What a sandbox held before the run, by relation; absent where that is what the runbook says. */
  readonly heldBefore?: Readonly<Record<string, string>>;
  /** The journal's file inside `.godwit/`: a rehearsal has its own. */
  readonly journal: string;
}

/**
 * From plans to facts: types, keys and defaults of relations that have just been created are what the system says they are.
 *
 * @param found the target as it is now
 */
export function seeCreated(world: World, created: readonly string[], found: Schema): void {
  const relations = world.targetSchema.relations.map((relation) =>
    created.includes(relation.name) ? (findRelation(found, relation.name) ?? relation) : relation,
  );
  const { loaded, source, checked } = world.move;
  world.targetSchema = { ...world.targetSchema, relations };
  world.plans = objectPlans(loaded.mapping, source, world.targetSchema, checked.lookups);
}
