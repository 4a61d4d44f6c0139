import { type Completion, isGodwitError } from '../model/index.ts';
import { carryOutCompletions } from './carry-out-completions.ts';
import type { LaterWork, Session } from './session.ts';

/**
 * Builds the indexes and keys of relations whose records are all there, while the next relations are copied. Foreign keys
 * wait for their step: adding one locks two relations, perhaps the one that is being copied.
 *
 * It is work ahead of the step that completes relations, under its warrant, and no more: a failure breaks no copy, a cut
 * leaves a statement undone, and the step asks the target for each of them what is there. So a failure that stays is met
 * again there, and told.
 */
export async function buildAhead(session: Session): Promise<void> {
  const { later, builds } = session;
  if (later === null) return;
  const early = earlyCompletions(later);
  const waiting = (await settledRelations(session, later, early)).filter((relation) => !builds.has(relation));
  if (waiting.length === 0) return;
  const atOnce = await roomForBuilds(session);
  if (atOnce === 0) return;
  for (const relation of waiting) {
    const own = early.filter((one) => one.relation === relation);
    const work = async (): Promise<void> => {
      const { goesOn } = builds;
      const told = (one: Completion): void => builds.noteMade(one);
      await carryOutCompletions(session, later.step, own, { atOnce, goesOn, told });
    };
    builds.take(relation, work, (error) => {
      const code = isGodwitError(error) ? error.code : 'a defect';
      session.log.debug('a relation waits for the step that completes it', { relation, code });
    });
  }
}

/** Relations that have something to be built and no step any more that writes into them. */
async function settledRelations(
  session: Session,
  later: LaterWork,
  early: readonly Completion[],
): Promise<readonly string[]> {
  const steps = await session.journal.steps(session.run);
  const done = new Set(steps.filter(({ state }) => state === 'done').map(({ step }) => step));
  if (done.has(later.step)) return [];
  const named = new Set(early.map(({ relation }) => relation));
  return [...named].filter((relation) => {
    const writers = later.writers.get(relation) ?? [];
    return writers.length > 0 && writers.every((step) => done.has(step));
  });
}

/** Not what locks the relation for as long as its index takes: records that refer to it may be coming. */
function earlyCompletions({ completions }: LaterWork): readonly Completion[] {
  const nameOf = ({ relation, name }: Completion): string => JSON.stringify([relation, name]);
  const built = new Set(completions.filter(({ stage }) => stage === 'build').map(nameOf));
  return completions.filter((one) =>
    one.stage === 'attach' ? built.has(nameOf(one)) : one.stage === 'build',
  );
}

/** Besides the connections of the slices that were agreed; as many as one slice more would take. */
async function roomForBuilds({ connections, limits }: Session): Promise<number> {
  const room = (await (await connections.target()).slicesAtOnceMax()) - limits.slicesAtOnceMax;
  return room < 1 ? 0 : Math.max(1, Math.min(limits.buildsAtOnceMax, connectionsPerSlice * room));
}

const connectionsPerSlice = 2;
