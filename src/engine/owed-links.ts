import { retried } from './run-step.ts';
import type { Session } from './session.ts';

/**
 * Records that came by a replay after the second pass of their object was begun: it passed them over, so their deferred
 * fields are still to be set. Found by comparing what was replayed with what the target holds, so that a replay that is cut
 * off between the two passes owes it still.
 *
 * @param linkStep the second pass; when it was not begun yet, it will meet these records itself
 * @returns ids of the entries that were replayed
 */
export async function owedLinks(session: Session, linkStep: string): Promise<readonly string[]> {
  const { journal, run } = session;
  const steps = await journal.steps(run);
  const linkAt = steps.findIndex(({ step }) => step === linkStep);
  if (linkAt === -1) return [];
  const object = steps[linkAt]?.object ?? '';
  const late = steps
    .slice(linkAt)
    .filter((step) => step.kind === 'replay' && step.object === object && step.origin !== linkStep);
  if (late.length === 0) return [];
  const replays = new Set(late.map(({ step }) => step));
  const looked = await retried(session, async () => linkedByReplay(session, linkStep));
  if (looked.kind === 'stopped') return [];
  const linked = looked.result;
  const owed: string[] = [];
  for await (const { id, settledBy } of journal.entries({ run, object, state: 'replayed' }))
    if (settledBy !== null && replays.has(settledBy) && !linked.has(id)) owed.push(id);
  return owed;
}

/** Entries that a replay of the second pass has repeated, by what the target holds. */
async function linkedByReplay(session: Session, linkStep: string): Promise<ReadonlySet<string>> {
  const { journal, run } = session;
  const applied = await (await session.connections.target()).applied(run);
  const linked = new Set<string>();
  for (const { step, kind, origin } of await journal.steps(run)) {
    if (kind !== 'replay' || origin !== linkStep) continue;
    const slices = await journal.replay(run, step);
    for (const slice of applied)
      if (slice.step === step) for (const id of slices[slice.slice] ?? []) linked.add(id);
  }
  return linked;
}
