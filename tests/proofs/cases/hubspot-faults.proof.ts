import { fileURLToPath } from 'node:url';
import type { Weather, WeatherResult } from '../hubspot-faults/weather.ts';
import type { Proof } from '../proof.ts';
import { sideBySide, type Told } from '../side-by-side.ts';

const records = 2_000;
const script = fileURLToPath(new URL('../hubspot-faults/weather-child.ts', import.meta.url));

type WeatherTold = Told<Weather, WeatherResult>;

/**
 * 500 scripts of five to nine faults each, drawn from the seed: 2,000 people, their companies and their links go into a practice
 * HubSpot that loses answers, carries calls out twice, loses records it says it keeps, and fails. Afterwards each is there
 * once, with its values and its link, by the account's own file; and everything is gone once it is taken back.
 */
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const weathers = Array.from({ length: count ?? 500 }, (_none, at) => ({
    seed: (seed + at) % 2 ** 31,
    records,
  }));
  const partOf = (weather: { readonly seed: number }): string => `script ${weather.seed}`;
  let done = weathers.filter((weather) => progress.has(partOf(weather))).length;
  say(`${done} scripts before`);
  const left = weathers.filter((weather) => !progress.has(partOf(weather)));
  for await (const told of sideBySide<Weather, WeatherResult>(script, left, enough)) {
    progress.keep(partOf(told.task), told);
    done += 1;
    if (isWrong(told)) say(JSON.stringify(told));
    if (done % 10 === 0) say(`${done} scripts`);
  }
  const all = weathers.flatMap(
    (weather) => (progress.found(partOf(weather)) as WeatherTold | undefined) ?? [],
  );
  const bad = all.filter(isWrong);
  const results = all.flatMap(({ result }) => result ?? []);
  const fewest = Math.min(...results.map(({ happened }) => happened));
  const sum = (of: (result: (typeof results)[number]) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const kinds: Record<string, number> = {};
  for (const kind of results.flatMap(({ faults }) => faults)) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const cut = all.length < weathers.length;
  return {
    holds: bad.length === 0 && fewest >= 5 && !cut,
    cut,
    figures: {
      scripts: all.length,
      records,
      faultsThatBefellAScript: `at least ${fewest}`,
      faults: kinds,
      happened: sum(({ happened }) => happened),
      restarts: sum(({ restarts }) => restarts),
      bad: bad.slice(0, 10),
    },
  };
};

const isWrong = ({ result }: WeatherTold): boolean =>
  result === undefined ||
  result.refused + result.doubled + result.missing + result.altered + result.linksMissing + result.left > 0;
