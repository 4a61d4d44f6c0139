import { type Completion, isGodwitError } from '../model/index.ts';
import { carryOutCompletions, sizesOf } from './carry-out-completions.ts';
import type { LaterWork, Session } from './session.ts';

/**
 * Builds the indexes and keys of relations whose records are all there, while the next relations are copied. Foreign keys
 * wait for their step: adding one locks two relations, perhaps the one that is being copied.
 *
 * It is work ahead of the step that completes relations, under its warrant, and no more: a failure breaks no copy, a cut
 * leaves a statement undone, and the step asks the target for each of them what is there. So a failure that stays is met
 * again there, and told.
 */
export async function buildAhead(session: Session, copied: Copied): Promise<void> {
  const { later, builds } = session;
  if (later === null) return;
  const early = earlyCompletions(later);
  const settled = (await settledRelations(session, later, early)).filter((relation) => !builds.has(relation));
  const company = await companyOf(session, later, copied, settled);
  const waiting = settled.filter((relation) => !company.has(relation));
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

/** The relation that is copied meanwhile, and the source's own estimate of its records; null where it has none. */
export interface Copied {
  readonly relation: string;
  readonly rowsEstimate: number | null;
}

/**
 * Relations whose indexes are left to the step. Foreign keys of one relation are held against its records one after the other,
 * as its locks want it; behind the last copy that would be all there is to do, with one connection idle. What other relations
 * have to be built then costs no time, and while records still travel it would.
 */
async function companyOf(
  session: Session,
  later: LaterWork,
  { relation: last, rowsEstimate }: Copied,
  settled: readonly string[],
): Promise<ReadonlySet<string>> {
  const { completions } = later;
  if (rowsEstimate === null || session.limits.buildsAtOnceMax < 2) return new Set();
  const sizes = await sizesOf(session);
  const work = (relation: string, stage: Completion['stage']): number =>
    completions.filter((one) => one.stage === stage && one.relation === relation).length *
    (relation === last ? rowsEstimate : (sizes.get(relation) ?? 0));
  const others = [...later.writers.keys()].filter((relation) => relation !== last);
  if (others.some((relation) => (sizes.get(relation) ?? 0) === 0)) return new Set();
  let alone = others.reduce((left, relation) => left - work(relation, 'validate'), work(last, 'validate'));
  const company = new Set<string>();
  for (const relation of settled.toSorted((a, b) => work(b, 'build') - work(a, 'build')))
    if (work(relation, 'build') <= alone) {
      company.add(relation);
      alone -= work(relation, 'build');
    }
  return company;
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
