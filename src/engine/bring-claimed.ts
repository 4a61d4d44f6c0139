import type { SliceResult } from '../connectors/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { Claim, WorkBoard } from './journal/work-board.ts';
import type { LookupCache } from './resolve-lookups.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import { writeSlice } from './write-slice.ts';

/** What became of a claim. `lost`: another worker has the slice by now, and nothing of this attempt is there. */
export type Brought =
  | { readonly kind: 'done'; readonly result: SliceResult }
  | { readonly kind: 'lost' | 'stopped' };

export interface ClaimedSlice {
  readonly board: WorkBoard;
  readonly claim: Claim;
  readonly work: SliceWork;
  readonly input: SliceInput;
  readonly lookups: LookupCache;
}

/**
 * Brings a slice under a claim, and tells the board. A slice that somebody else held is fenced first: from then on the other
 * one cannot commit it. What fails is told to the board before it is thrown.
 */
export async function bringClaimed(session: Session, slice: ClaimedSlice): Promise<Brought> {
  const { board, claim, work, input, lookups } = slice;
  try {
    const brought = await retried(session, async () => {
      if (claim.again) {
        const target = await session.connections.target();
        const place = { run: claim.run, slice: { step: claim.step, slice: claim.slice } };
        await target.raiseFence(work.origin, place, claim.token);
      }
      return await writeSlice(session, work, { ...input, fence: claim.token }, lookups);
    });
    if (brought.kind === 'stopped') {
      await board.settle(claim, { kind: 'given-back' });
      return { kind: 'stopped' };
    }
    const { counts } = brought.result;
    await retried(session, async () => board.settle(claim, { kind: 'done', counts }));
    return { kind: 'done', result: brought.result };
  } catch (error) {
    if (isGodwitError(error) && lostCodes.has(error.code)) {
      // Where the whole run was fenced the claim may be its own still: then somebody has to take it anew.
      await board.settle(claim, { kind: 'given-back' });
      return { kind: 'lost' };
    }
    await tellFailure(session, slice, error);
    throw error;
  }
}

const lostCodes: ReadonlySet<string> = new Set(['engine.claim-lost', 'postgres.fenced']);

/** Whoever only could not reach a system leaves the slice to anybody; what it says of the slice itself, to the one who leads. */
async function tellFailure(session: Session, { board, claim }: ClaimedSlice, error: unknown): Promise<void> {
  if (!isGodwitError(error)) return;
  const away = error.code === 'engine.retries-exhausted';
  try {
    await board.settle(claim, away ? { kind: 'given-back' } : { kind: 'failed', code: error.code });
  } catch (unheard) {
    // The failure itself is what the caller must hear of; the lease runs out by itself.
    session.log.warn('the board does not hear of a failed slice', { reason: String(unheard) });
  }
}
