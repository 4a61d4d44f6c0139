import { isGodwitError, position, type RunbookStep } from '../model/index.ts';
import { bringClaimed } from './bring-claimed.ts';
import { inputOf } from './copy-slices.ts';
import { workOfCopy } from './execute-step.ts';
import { viewDiffers } from './faults.ts';
import type { Claim, Offer, WorkBoard } from './journal/work-board.ts';
import { chooseLane } from './lane.ts';
import type { ObjectPlan } from './object-plan.ts';
import { LookupCache } from './resolve-lookups.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import { showsSame } from './shows-same.ts';
import type { SliceInput } from './slice-work.ts';

/** As one of many: brings slices of a step that another process leads. */
export interface Helping {
  readonly board: WorkBoard;
  readonly worker: string;
  readonly offer: Offer;
  /** Told of each slice this process has brought. */
  readonly onSlice: (claim: Claim) => void;
}

/** After so many slices that could not be brought, one behind the other, this process is at fault and not the slices. */
const failuresMax = 3;

/**
 * Takes slices of an offered copy until there is none to take, and says how many it brought. The plan is the one in the journal; what is
 * there is told by the target. Throws `engine.view-differs` where the source cannot be read as the one who leads reads it.
 */
export async function helpStep(
  session: Session,
  step: RunbookStep,
  plans: ReadonlyMap<string, ObjectPlan>,
  helping: Helping,
): Promise<number> {
  const work = workOfCopy(step, plans);
  const begun = await retried(session, async () => {
    await (await session.connections.target()).permit(work.origin);
    const snapshot = await session.connections.snapshot();
    if (!showsSame(snapshot, position(helping.offer.position))) throw viewDiffers(work.source.name);
    const lane = await chooseLane(session, work);
    return { lane, plan: await session.journal.plan(session.run, step.id) };
  });
  if (begun.kind === 'stopped' || begun.result.plan === null) return 0;
  const { lane, plan } = begun.result;
  const inputs = new Map<number, SliceInput>(
    plan.slices.map((slice) => [slice.number, inputOf(session, work, slice, lane)]),
  );
  const lookups = new LookupCache(session.limits.lookupsCachedMax);
  const bring = async (claim: Claim): Promise<boolean> => {
    const input = inputs.get(claim.slice);
    if (!input) return false;
    const { board } = helping;
    return (await bringClaimed(session, { board, claim, work, input, lookups })).kind === 'done';
  };
  const atOnce = Math.min(session.limits.slicesAtOnceMax, await session.connections.slicesAtOnceMax());
  const lanes = Array.from({ length: Math.max(1, atOnce) }, async () => takeAll(session, helping, bring));
  return (await Promise.all(lanes)).reduce((sum, brought) => sum + brought, 0);
}

async function takeAll(
  session: Session,
  { board, worker, offer, onSlice }: Helping,
  bring: (claim: Claim) => Promise<boolean>,
): Promise<number> {
  let [brought, failures] = [0, 0];
  while (!session.signal.aborted) {
    const claim = await board.claim(worker, offer);
    if (claim === null) break;
    try {
      if (!(await bring(claim))) continue;
      [brought, failures] = [brought + 1, 0];
      onSlice(claim);
    } catch (error) {
      failures += 1;
      if (!isGodwitError(error) || error.fate === 'later' || failures >= failuresMax) throw error;
      session.log.warn('a slice is left to the process that leads', { slice: claim.slice, code: error.code });
    }
  }
  return brought;
}
