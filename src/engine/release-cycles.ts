import type { Completion } from '../model/index.ts';
import type { Session } from './session.ts';
import type { PlanToUndo } from './undo-item.ts';

/**
 * The foreign keys of cycles were added behind records that refer to each other: with them standing no slice could go first.
 * They are taken away before the run is taken back, where nobody else has records in the relation, which they would protect.
 * Answers with what was taken away.
 */
export async function releaseCycles(
  session: Session,
  plans: ReadonlyMap<string, PlanToUndo>,
): Promise<readonly Completion[]> {
  const { later } = session;
  const target = await session.connections.target();
  const released: Completion[] = [];
  const written = await writtenByRelation(session, plans);
  for (const completion of later?.completions ?? []) {
    const plan = [...plans.values()].find((one) => one.target.name === completion.relation);
    if (later === null || !plan || !completion.afterLinks || completion.stage !== 'reference') continue;
    const holds = await target.count(plan.target);
    if (BigInt(holds) > (written.get(completion.relation) ?? 0n)) continue;
    if (await target.uncomplete(later.step, completion)) released.push(completion);
  }
  return released;
}

/** Where records stayed, the foreign keys hold again for what comes from now on. */
export async function restoreCycles(session: Session, released: readonly Completion[]): Promise<void> {
  const { later } = session;
  if (later === null) return;
  const target = await session.connections.target();
  for (const completion of released) await target.complete(later.step, completion);
}

async function writtenByRelation(
  session: Session,
  plans: ReadonlyMap<string, PlanToUndo>,
): Promise<ReadonlyMap<string, bigint>> {
  const steps = new Map((await session.journal.steps(session.run)).map((one) => [one.step, one]));
  const written = new Map<string, bigint>();
  for (const { step, counts } of await (await session.connections.target()).applied(session.run)) {
    const known = steps.get(step);
    const relation = plans.get(known?.object ?? '')?.target.name;
    // A second pass and a repair write records that are counted already.
    if (relation === undefined || (known?.kind !== 'copy' && known?.kind !== 'replay')) continue;
    if (known.kind === 'replay' && steps.get(known.origin)?.kind !== 'copy') continue;
    written.set(relation, (written.get(relation) ?? 0n) + BigInt(counts.rowsWritten));
  }
  return written;
}
