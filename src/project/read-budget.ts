import type { CallLimit, OpenSystem, Snapshot } from '../connectors/index.ts';
import { GodwitError, type Relation } from '../model/index.ts';

const dayMs = 86_400_000;
/** Of what a day has left: the other half is for those who work with the system, and for the move itself. */
const shareOfRest = 0.5;

export interface ReadWanted {
  readonly system: OpenSystem;
  readonly snapshot: Snapshot;
  /** Each of them is read whole, once. */
  readonly relations: readonly Relation[];
  /** How many calls it may take; null for half of those the day has left. */
  readonly callsMost: number | null;
}

/**
 * Refuses to read that much of a system that counts its callers' calls, where it takes more of them than it may. Nothing is asked of
 * a system that counts none, or none by the day. Throws `project.read-over-budget` before a record is read.
 */
export async function keepReadBudget({ system, snapshot, relations, callsMost }: ReadWanted): Promise<void> {
  const { calls } = system;
  const day = (await calls?.limits())?.find(({ everyMs }) => everyMs >= dayMs);
  if (calls === undefined || day === undefined) return;
  const most = callsMost ?? Math.floor(day.left * shareOfRest);
  let needed = 0;
  for (const relation of relations) {
    const records = Number(await snapshot.count(relation));
    // In one piece: nothing is cut into slices here.
    needed += calls.toRead(relation, records, Math.max(1, records));
  }
  if (needed > most) throw readOverBudget(needed, most, day, callsMost !== null);
}

function readOverBudget(needed: number, most: number, { left }: CallLimit, given: boolean): GodwitError {
  return new GodwitError({
    code: 'project.read-over-budget',
    title: 'Reading every record of the source would take more calls than it may',
    detail: `about ${needed} calls, of ${most} ${given ? 'that --calls gives' : `that it may: half of the ${left} the day has left`}`,
    nextStep: `Give it more with --calls ${needed}, wait until the day's calls are back, or look at a copy of the data: a sandbox, or what an export of the vendor holds.`,
    fate: 'later',
  });
}
