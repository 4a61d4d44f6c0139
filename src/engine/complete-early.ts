import type { Snapshot } from '../connectors/index.ts';
import type { Completion } from '../model/index.ts';
import { carryOutCompletions } from './carry-out-completions.ts';
import type { ObjectPlan } from './object-plan.ts';
import type { Session } from './session.ts';
import { showsSame } from './shows-same.ts';

/**
 * What may wait for the records waits because the source holds it for them. Where that is not sure any more it stands
 * before the next record comes; so the target, and what goes into quarantine, is as if it had stood from the start.
 */

/** Before a child is copied: the foreign keys to parents of which some records were kept back. */
export async function completeBroken(
  session: Session,
  { target }: Pick<ObjectPlan, 'target'>,
  plans: ReadonlyMap<string, Pick<ObjectPlan, 'target'>>,
): Promise<void> {
  if (session.later === null) return;
  const kept = await keptBack(session, plans);
  await completeEarly(
    session,
    ({ stage, relation, references, afterLinks }) =>
      stage === 'reference' &&
      relation === target.name &&
      references !== null &&
      kept.has(references) &&
      !afterLinks,
  );
}

/** Before records come that are not those of the source any more, mended ones for instance. */
export async function completeRelation(
  session: Session,
  { object, target }: Pick<ObjectPlan, 'object' | 'target'>,
): Promise<void> {
  if (session.later === null) return;
  const steps = await session.journal.steps(session.run);
  const linked = steps.some((one) => one.kind === 'link' && one.object === object && one.state === 'done');
  await completeEarly(
    session,
    ({ stage, relation, afterLinks }) =>
      isEarly(stage) && relation === target.name && (linked || !afterLinks),
  );
}

/** Before a cycle is copied in two passes: everything of its relations. */
export async function completeCycle(session: Session, relations: ReadonlySet<string>): Promise<void> {
  await completeEarly(session, ({ stage, relation }) => isEarly(stage) && relations.has(relation));
}

/**
 * Before anything is read through a view of the source that is not the one its earlier records were read through: between
 * the two a key may have gone from one record to another.
 */
export async function completeMoved(session: Session, snapshot: Snapshot): Promise<void> {
  if (session.later === null) return;
  const steps = await session.journal.steps(session.run);
  if (steps.some(({ planned }) => planned !== null && !showsSame(snapshot, planned.position)))
    await completeEarly(session, ({ stage, afterLinks }) => isEarly(stage) && !afterLinks);
}

/** Only what a record can offend against. */
function isEarly(stage: Completion['stage']): boolean {
  return stage !== 'validate' && stage !== 'settle';
}

async function completeEarly(session: Session, wanted: (one: Completion) => boolean): Promise<void> {
  const { later } = session;
  const own = later?.completions.filter(wanted) ?? [];
  if (later === null || own.length === 0) return;
  const steps = await session.journal.steps(session.run);
  if (steps.some(({ step, state }) => step === later.step && state === 'done')) return;
  const parents = new Set(own.flatMap(({ references }) => references ?? []));
  const keys = later.completions.filter(
    (one) => isEarly(one.stage) && parents.has(one.relation) && one.references === null && !own.includes(one),
  );
  // A foreign key locks what an index is being built on.
  await session.builds.end();
  await carryOutCompletions(session, later.step, [...keys, ...own]);
}

/** Target relations that lack a record of their source: refused, or left behind by a rule. */
export async function keptBack(
  session: Session,
  plans: ReadonlyMap<string, Pick<ObjectPlan, 'target'>>,
): Promise<ReadonlySet<string>> {
  const objects = new Map(
    (await session.journal.steps(session.run)).map(({ step, object }) => [step, object]),
  );
  const applied = await (await session.connections.target()).applied(session.run);
  return new Set(
    applied.flatMap(({ step, counts }) => {
      const relation = plans.get(objects.get(step) ?? '')?.target.name;
      return relation !== undefined && counts.rowsQuarantined + counts.rowsPurged > 0 ? [relation] : [];
    }),
  );
}
