import { fileURLToPath } from 'node:url';
import type { Proof } from '../proof.ts';
import { isRight, type Weather, type WeatherResult } from '../salesforce-faults/move-in-weather.ts';
import { sideBySide, type Told } from '../side-by-side.ts';

const contacts = 2_000;
const script = fileURLToPath(new URL('../salesforce-faults/weather-child.ts', import.meta.url));

/**
 * 500 scripts of five to nine faults, drawn from the seed: 200 accounts and 2,000 contacts go into a practice Salesforce that keeps
 * answers to itself, cuts them off, carries calls out twice, locks records, says that it saved what it did not, signs everybody out
 * and fails; every second one by bulk jobs. By the org's own file each record is there once, with its values and its account, and none is after it was taken back.
 */
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const scripts = count ?? 500;
  const weathers = Array.from({ length: scripts }, (_none, at) => ({
    seed: (seed + at) % 2 ** 31,
    contacts,
    inBulk: at % 2 === 1,
  }));
  const waiting = weathers.filter((weather) => !progress.has(nameOf(weather)));
  for await (const told of sideBySide<Weather, WeatherResult>(script, waiting, enough)) {
    progress.keep(nameOf(told.task), told);
    if (!isGood(told)) say(JSON.stringify(told));
    const done = weathers.filter((weather) => progress.has(nameOf(weather))).length;
    if (done % 10 === 0) say(`${done} scripts`);
  }
  const found = weathers.flatMap((weather) =>
    progress.has(nameOf(weather)) ? [progress.found(nameOf(weather)) as Told<Weather, WeatherResult>] : [],
  );
  return summary(scripts, found);
};

const nameOf = ({ seed }: Weather): string => String(seed);

const isGood = ({ result }: Told<Weather, WeatherResult>): boolean => result !== undefined && isRight(result);

function summary(
  scripts: number,
  found: readonly Told<Weather, WeatherResult>[],
): Awaited<ReturnType<Proof>> {
  const bad = found.filter((told) => !isGood(told));
  const happened = new Map<string, number>();
  const timesOf = (told: Told<Weather, WeatherResult>): number =>
    told.result?.happened.reduce((sum, { times }) => sum + times, 0) ?? 0;
  for (const { result } of found)
    for (const { kind, times } of result?.happened ?? [])
      happened.set(kind, (happened.get(kind) ?? 0) + times);
  const cut = found.length < scripts;
  return {
    holds: bad.length === 0 && !cut,
    cut,
    figures: {
      scripts: found.length,
      records: contacts * 1.1,
      faults: Object.fromEntries([...happened].sort(([one], [other]) => (one < other ? -1 : 1))),
      leastFaultsOfAScript: Math.min(...found.map(timesOf)),
      restarts: found.reduce((sum, { result }) => sum + (result?.restarts ?? 0), 0),
      bad: bad.slice(0, 10),
    },
  };
}
