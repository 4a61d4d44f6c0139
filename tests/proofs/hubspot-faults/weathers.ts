import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Weather, WeatherResult } from './weather.ts';

/** What came of one weather: a result, or what a process said that ended with an error. */
export interface WeatherTold {
  readonly weather: Weather;
  readonly result?: WeatherResult;
  readonly error?: string;
}

const script = fileURLToPath(new URL('weather-child.ts', import.meta.url));

/** Moves in all these weathers, in as many processes as the machine has processors, and gives each result as it comes, until it is enough. */
export async function* moveInAll(
  weathers: readonly Weather[],
  enough: () => boolean,
): AsyncGenerator<WeatherTold> {
  const children = Array.from({ length: Math.min(availableParallelism(), weathers.length) }, () =>
    fork(script, { execArgv: ['--no-warnings'] }),
  );
  try {
    let next = 0;
    const under = new Map<ChildProcess, Promise<readonly [ChildProcess, WeatherTold]>>();
    const give = (child: ChildProcess): void => {
      const weather = weathers[next];
      if (weather === undefined || enough()) return;
      next += 1;
      under.set(child, answerOf(child, weather));
      child.send(weather);
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
async function answerOf(
  child: ChildProcess,
  weather: Weather,
): Promise<readonly [ChildProcess, WeatherTold]> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const ended = once(child, 'exit', { signal }).then(([code]): [WeatherTold] => [
      { weather, error: `the process ended with ${String(code)}` },
    ]);
    const answered = once(child, 'message', { signal }) as Promise<[WeatherTold]>;
    const both = [answered, ended];
    // The one that is not waited for any more ends with the signal.
    for (const one of both) one.catch(() => undefined);
    const [told] = await Promise.race(both);
    return [child, told];
  } finally {
    over.abort();
  }
}
