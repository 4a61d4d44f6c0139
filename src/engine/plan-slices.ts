import type { Snapshot } from '../connectors/index.ts';
import { type Relation, type Row, recordKey, type Slice } from '../model/index.ts';
import { slicesIncoherent } from './faults.ts';
import type { SlicePlan } from './journal/journal.ts';
import type { Session } from './session.ts';

/** The plan of a step: made once, kept, and the same for every later process, whatever the source does meanwhile. */
export async function planSlices(
  session: Session,
  step: string,
  source: Relation,
  rowsPerSlice: number,
): Promise<SlicePlan> {
  const known = await session.journal.plan(session.run, step);
  if (known) return known;
  const snapshot = await session.connections.snapshot();
  const { position } = snapshot;
  const ahead = await session.nextPlan.take(step, session.connections.generation);
  const usable = ahead?.rowsPerSlice === rowsPerSlice && ahead.plan.position === position;
  const plan = usable ? ahead.plan : { ...(await cutAndCounted(snapshot, source, rowsPerSlice)), position };
  assertCoverage(step, plan.slices);
  session.crash('before-plan-saved');
  await session.journal.savePlan(session.run, step, plan);
  session.crash('after-plan-saved');
  return plan;
}

/** What was counted to cut is not counted again, where the system can tell. */
export async function cutAndCounted(
  snapshot: Snapshot,
  source: Relation,
  rowsPerSlice: number,
): Promise<Pick<SlicePlan, 'slices' | 'rowsSource'>> {
  const cutting = collected(snapshot.split(source, rowsPerSlice));
  if (snapshot.countOf) {
    const slices = await cutting;
    return { slices, rowsSource: await snapshot.countOf(source, slices) };
  }
  const [rowsSource, slices] = await Promise.all([snapshot.count(source), cutting]);
  return { slices, rowsSource };
}

async function collected(slices: AsyncIterable<Slice>): Promise<readonly Slice[]> {
  const found: Slice[] = [];
  for await (const slice of slices) found.push(slice);
  return found;
}

/** The invariants of `model/slice.ts`: a gap would lose records silently, an overlap would write them twice. */
export function assertCoverage(step: string, slices: readonly Slice[]): void {
  const [first, last] = [slices[0], slices.at(-1)];
  if (!first || !last) throw slicesIncoherent(step, 'there is no slice at all');
  if (first.after !== null) throw slicesIncoherent(step, 'the first slice has a lower bound');
  if (last.upTo !== null) throw slicesIncoherent(step, 'the last slice has an upper bound');
  let before: Slice | null = null;
  for (const [place, slice] of slices.entries()) {
    if (slice.number !== place) throw slicesIncoherent(step, `slice ${place} has the number ${slice.number}`);
    if (before && !sameBound(before.upTo, slice.after))
      throw slicesIncoherent(step, `slice ${place} does not begin where the one before it ends`);
    before = slice;
  }
}

/** An inner bound must be there: two open ends next to each other would be the whole relation twice. */
function sameBound(a: Row | null, b: Row | null): boolean {
  return a !== null && b !== null && recordKey(a) === recordKey(b);
}
