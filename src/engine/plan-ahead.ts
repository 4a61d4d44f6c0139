import { chooseLane, rowsPerSlice } from './lane.ts';
import { cutAndCounted } from './plan-slices.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';

/**
 * Begins to plan the next copy while the present one travels: to cut it into slices the source reads every key, and nothing
 * would travel meanwhile (0.35 s for a million and a half records).
 *
 * It is the plan the step itself makes, through the same view, and the journal hears of it when the step begins. Only where
 * several slices at once were agreed and the source has room for another reader.
 */
export function planAhead(session: Session, work: SliceWork): void {
  const { connections, limits, journal, run } = session;
  if (limits.slicesAtOnceMax <= 1) return;
  session.nextPlan.begin(work.step, connections.generation, async () => {
    const snapshot = await connections.snapshot();
    if (snapshot.readsBeside !== true || (await journal.plan(run, work.step)) !== null) return null;
    if ((await connections.slicesAtOnceMax()) <= 1) return null;
    const size = rowsPerSlice(session, await chooseLane(session, work));
    const cut = await cutAndCounted(snapshot, work.source, size);
    return { rowsPerSlice: size, plan: { ...cut, position: snapshot.position } };
  });
}
