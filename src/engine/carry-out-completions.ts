import type { Completion } from '../model/index.ts';
import type { Session } from './session.ts';

export const stages = ['build', 'attach', 'reference', 'validate'] as const;

/** Stage after stage, several statements of a stage at a time. Answers with those that were not there. */
export async function carryOutCompletions(
  session: Session,
  step: string,
  completions: readonly Completion[],
): Promise<readonly Completion[]> {
  const made: Completion[] = [];
  for (const stage of stages) {
    const waiting = completions.filter((one) => one.stage === stage);
    // Adding a foreign key locks two relations: side by side they could wait for each other.
    const atOnce = stage === 'reference' ? 1 : Math.max(1, session.limits.buildsAtOnceMax);
    await sideBySide(waiting, atOnce, async (completion) => {
      const target = await session.connections.target();
      if (!(await target.complete(step, completion))) return;
      made.push(completion);
      session.crash('after-completion');
    });
  }
  return made;
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
