import type { Completion } from '../model/index.ts';
import { CompletionQueue } from './completion-queue.ts';
import type { Session } from './session.ts';

export const stages = ['build', 'attach', 'reference', 'validate', 'settle'] as const;

export interface CarryingOut {
  /** Statements side by side; what was agreed where it is not said. */
  readonly atOnce?: number;
  /** Asked before each statement; once it says no, the rest is left. */
  readonly goesOn?: () => boolean;
  /** Hears of each that was not there. */
  readonly told?: (completion: Completion) => void;
}

/**
 * Carries statements out, several at a time, each as soon as what it needs is there. What takes longest begins first, as all
 * wait for it in the end. After a failure those under way are finished and no more are begun. Answers with those that were not
 * there.
 */
export async function carryOutCompletions(
  session: Session,
  step: string,
  completions: readonly Completion[],
  { atOnce = session.limits.buildsAtOnceMax, goesOn = () => true, told }: CarryingOut = {},
): Promise<readonly Completion[]> {
  const { builds, later } = session;
  const made: Completion[] = [];
  const carryOut = async (completion: Completion): Promise<void> => {
    const target = await session.connections.target();
    if (!(await target.complete(step, completion))) return;
    made.push(completion);
    told?.(completion);
    session.crash('after-completion');
  };
  const named = (relation: string): boolean => later?.writers.has(relation) ?? false;
  const queue = new CompletionQueue(await longestFirst(session, completions), named);
  await sideBySide(queue, Math.max(1, atOnce), async (completion) => {
    if (goesOn()) await builds.alone(completion, async () => carryOut(completion));
  });
  return made;
}

/**
 * What is under way beside the steps comes first, so that no more are built at a time than was agreed; then what takes a moment and
 * others wait for; then what belongs to the largest relation.
 */
async function longestFirst(
  session: Session,
  completions: readonly Completion[],
): Promise<readonly Completion[]> {
  const sizes = await sizesOf(session);
  const size = ({ relation }: Completion): number => sizes.get(relation) ?? 0;
  const underWay = (one: Completion): number => Number(session.builds.isUnderWay(one));
  return completions.toSorted(
    (a, b) =>
      underWay(b) - underWay(a) ||
      Number(isBrief(b)) - Number(isBrief(a)) ||
      size(b) - size(a) ||
      stages.indexOf(a.stage) - stages.indexOf(b.stage),
  );
}

/** Of one whose long half is a statement of its own. */
const isBrief = ({ stage }: Completion): boolean => stage === 'attach' || stage === 'reference';

/** Records by relation, as the copies of this run counted them. */
export async function sizesOf({ journal, run, later }: Session): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const { step, planned } of await journal.steps(run))
    if (planned !== null) sizes.set(step, Number(planned.rowsSource));
  const size = (steps: readonly string[]): number =>
    steps.reduce((sum, step) => sum + (sizes.get(step) ?? 0), 0);
  return new Map([...(later?.writers ?? [])].map(([relation, writers]) => [relation, size(writers)]));
}

/** `atOnce` lanes; one that may begin nothing waits until another has ended something. */
async function sideBySide(
  queue: CompletionQueue,
  atOnce: number,
  work: (one: Completion) => Promise<void>,
): Promise<void> {
  let ended = Promise.withResolvers<void>();
  const lane = async (): Promise<void> => {
    while (!queue.isEmpty) {
      const next = queue.take();
      if (next === null) {
        await ended.promise;
        continue;
      }
      try {
        await work(next);
      } catch (error) {
        queue.close();
        throw error;
      } finally {
        queue.ended(next);
        ended.resolve();
        ended = Promise.withResolvers<void>();
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  const failed = lanes.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
