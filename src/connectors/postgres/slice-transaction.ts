import { expectBookkeeping, type SlicePlace } from './bookkeeping.ts';
import type { Session, Sessions } from './sessions.ts';

/** The one transaction that changes a slice, with the books that speak of it: those of the target, or those kept beside it. */
export async function sliceTransaction<Result>(
  sessions: Sessions,
  namespace: string,
  place: SlicePlace,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  if (sessions.beside !== null) return sessions.beside.transaction(sessions, namespace, place, work);
  return sessions.transaction('BEGIN ISOLATION LEVEL READ COMMITTED', async (session) => {
    await expectBookkeeping(session);
    return work(session);
  });
}
