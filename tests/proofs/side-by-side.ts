import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** What came of one task: a result, or what a process said that ended with an error. */
export interface Told<Task, Result> {
  readonly task: Task;
  readonly result?: Result;
  readonly error?: string;
}

/** In a process of its own: works on the tasks that come, one after the other, and answers with what came of each. */
export function answerTasks(work: (task: never) => Promise<unknown>): void {
  process.on('message', (task) => {
    work(task as never).then(
      (result) => process.send?.({ task, result } satisfies Told<unknown, unknown>),
      (error: unknown) =>
        process.send?.({ task, error: error instanceof Error ? error.stack : String(error) }),
    );
  });
}

/**
 * Works on all these tasks in as many processes as the machine has processors, and gives each result as it comes, until it is enough.
 *
 * @param script a module that calls `answerTasks`
 */
export async function* sideBySide<Task extends object, Result>(
  script: string,
  tasks: readonly Task[],
  enough: () => boolean,
): AsyncGenerator<Told<Task, Result>> {
  const children = Array.from({ length: Math.min(availableParallelism(), tasks.length) }, () =>
    fork(script, { execArgv: ['--no-warnings'] }),
  );
  try {
    let next = 0;
    const under = new Map<ChildProcess, Promise<readonly [ChildProcess, Told<Task, Result>]>>();
    const give = (child: ChildProcess): void => {
      const task = tasks[next];
      if (task === undefined || enough()) return;
      next += 1;
      under.set(child, answerOf<Task, Result>(child, task));
      child.send(task);
    };
    for (const child of children) give(child);
    while (under.size > 0) {
      const [child, told] = await Promise.race(under.values());
      under.delete(child);
      give(child);
      yield told;
    }
  } finally {
    for (const child of children) child.kill();
  }
}

/** Its next message; that it ended, where it ends without one. */
async function answerOf<Task, Result>(
  child: ChildProcess,
  task: Task,
): Promise<readonly [ChildProcess, Told<Task, Result>]> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const ended = once(child, 'exit', { signal }).then(([code]): [Told<Task, Result>] => [
      { task, error: `the process ended with ${String(code)}` },
    ]);
    const answered = once(child, 'message', { signal }) as Promise<[Told<Task, Result>]>;
    const both = [answered, ended];
    // The one that is not waited for any more ends with the signal.
    for (const one of both) one.catch(() => undefined);
    const [told] = await Promise.race(both);
    return [child, told];
  } finally {
    over.abort();
  }
}
