import type { Completion } from '../model/index.ts';
import type { Session } from './session.ts';

export const stages = ['build', 'attach', 'reference', 'validate', 'settle'] as const;

export interface CarryingOut {
  /** Statements of a stage side by side; what was agreed where it is not said. */
  readonly atOnce?: number;
  /** Asked before each statement; once it says no, the rest is left. */
  readonly goesOn?: () => boolean;
  /** Hears of each that was not there. */
  readonly told?: (completion: Completion) => void;
}

/** Stage after stage, several statements of a stage at a time. Answers with those that were not there. */
export async function carryOutCompletions(
  session: Session,
  step: string,
  completions: readonly Completion[],
  { atOnce = session.limits.buildsAtOnceMax, goesOn = () => true, told }: CarryingOut = {},
): Promise<readonly Completion[]> {
  const { builds } = session;
  const made: Completion[] = [];
  const carryOut = async (completion: Completion): Promise<void> => {
    const target = await session.connections.target();
    if (!(await target.complete(step, completion))) return;
    made.push(completion);
    told?.(completion);
    session.crash('after-completion');
  };
  const sizes = await sizesOf(session);
  for (const stage of stages) {
    const waiting = completions.filter((one) => one.stage === stage);
    const rows = inRows(stage, waiting, session, sizes);
    await sideBySide(rows, lanesFor(stage, atOnce), async (row) => {
      for (const completion of row)
        if (goesOn()) await builds.alone(completion, async () => carryOut(completion));
    });
  }
  return made;
}

/** Adding a foreign key locks two relations: side by side they could wait for each other. */
function lanesFor(stage: Completion['stage'], atOnce: number): number {
  return stage === 'reference' ? 1 : Math.max(1, atOnce);
}

/**
 * What goes side by side; the statements of a row one after the other. Only indexes of one relation are built together: all
 * else locks it against its like. What is under way comes first, so that no more are built at a time than was agreed; then
 * what takes longest, as all wait for it in the end.
 */
function inRows(
  stage: Completion['stage'],
  waiting: readonly Completion[],
  { builds }: Session,
  sizes: ReadonlyMap<string, number>,
): readonly (readonly Completion[])[] {
  const rows =
    stage === 'build'
      ? waiting.map((one) => [one])
      : [...Map.groupBy(waiting, ({ relation }) => relation).values()];
  const underWay = (row: readonly Completion[]): number => Number(row.some((one) => builds.isUnderWay(one)));
  const size = (row: readonly Completion[]): number =>
    row.reduce((sum, { relation }) => sum + (sizes.get(relation) ?? 0), 0);
  return rows.toSorted((a, b) => underWay(b) - underWay(a) || size(b) - size(a));
}

/** Records by relation, as the copies of this run counted them. */
async function sizesOf({ journal, run, later }: Session): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const [relation, writers] of later?.writers ?? [])
    for (const step of writers) {
      const plan = await journal.plan(run, step);
      if (plan !== null) sizes.set(relation, (sizes.get(relation) ?? 0) + Number(plan.rowsSource));
    }
  return sizes;
}

/** After a failure the others finish what they are at and take no more. */
async function sideBySide<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    try {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  const failed = lanes.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
