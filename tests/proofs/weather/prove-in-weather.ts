import type { ProofOptions, ProofResult } from '../proof.ts';
import { sideBySide, type Told } from '../side-by-side.ts';
import type { Befallen } from './befallen.ts';
import { sumUp } from './sum-up.ts';

export interface WeatherCase<Weather, Result> {
  /** A module that answers each weather with what came of a move through it. */
  readonly child: string;
  /** The how-manieth one, from 0 on. */
  readonly weather: (seed: number, at: number) => Weather;
  readonly records: number;
  readonly isRight: (result: Result) => boolean;
}

/** 500 moves, each through a script of faults drawn from a seed of its own. */
export async function proveInWeather<
  Weather extends { readonly seed: number },
  Result extends Befallen & { readonly refused: number },
>(
  { child, weather, records, isRight }: WeatherCase<Weather, Result>,
  { seed, count, enough, progress, say }: ProofOptions,
): Promise<ProofResult> {
  const scripts = count ?? 500;
  const weathers = Array.from({ length: scripts }, (_none, at) => weather((seed + at) % 2 ** 31, at));
  const partOf = (one: Weather): string => `script ${one.seed}`;
  const waiting = weathers.filter((one) => !progress.has(partOf(one)));
  let done = weathers.length - waiting.length;
  say(`${done} scripts before`);
  for await (const told of sideBySide<Weather, Result>(child, waiting, enough)) {
    progress.keep(partOf(told.task), told);
    done += 1;
    if (told.result === undefined || !isRight(told.result)) say(JSON.stringify(told));
    if (done % 10 === 0) say(`${done} scripts`);
  }
  const found = weathers.flatMap(
    (one) => (progress.found(partOf(one)) as Told<Weather, Result> | undefined) ?? [],
  );
  return sumUp({ scripts, records }, found, isRight);
}
