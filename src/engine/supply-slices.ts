import type { BulkLoad } from '../connectors/index.ts';
import type { LookupCache } from './resolve-lookups.ts';
import type { Session } from './session.ts';
import { SharedSlices } from './shared-slices.ts';
import { SliceList, type SliceSupply } from './slice-supply.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import { slicesSpread } from './slices-at-once.ts';

export interface Supplied {
  readonly supply: SliceSupply;
  /** For the report; empty where there was nothing to choose. */
  readonly notes: readonly string[];
}

/** The slices of a step for this process alone, or for all that work on the run, where that makes no difference to the target. */
export async function supplySlices(
  session: Session,
  work: SliceWork,
  lookups: LookupCache,
  { load, inputs }: { readonly load: BulkLoad | null; readonly inputs: readonly SliceInput[] },
): Promise<Supplied> {
  const list = new SliceList(session, work, lookups, inputs);
  const { team } = session;
  if (team === null || inputs.length <= 1) return { supply: list, notes: [] };
  const spread = await slicesSpread(session, work, load);
  if ('why' in spread) return { supply: list, notes: [`by one machine alone: ${spread.why}`] };
  const shared = { inputs, atOnceMax: spread.most };
  return {
    supply: new SharedSlices(session, team, work, lookups, shared),
    notes: [`offered to every worker, ${spread.most} slices at once in all`],
  };
}
