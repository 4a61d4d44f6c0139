import type { Proof } from '../proof.ts';
import { isRight, moveInWeather } from '../salesforce-faults/move-in-weather.ts';

const contacts = 2_000;

/**
 * 500 scripts of five to nine faults, drawn from the seed: 200 accounts and 2,000 contacts go into a practice Salesforce that keeps
 * answers to itself, cuts them off, carries calls out twice, locks records, says that it saved what it did not, signs everybody out
 * and fails; every second one by bulk jobs. By the org's own file each record is there once, with its values and its account, and none is after it was taken back.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const scripts = count ?? 500;
  const bad: unknown[] = [];
  const happened = new Map<string, number>();
  let restarts = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < scripts; at += 1) {
    const weather = { seed: (seed + at) % 2 ** 31, contacts, inBulk: at % 2 === 1, speed: 300 };
    const result = await moveInWeather(weather).catch((error: unknown) => ({ failed: String(error) }));
    if ('failed' in result) {
      bad.push({ ...weather, ...result });
      say(JSON.stringify({ ...weather, ...result }));
      continue;
    }
    restarts += result.restarts;
    least = Math.min(
      least,
      result.happened.reduce((sum, { times }) => sum + times, 0),
    );
    for (const { kind, times } of result.happened) happened.set(kind, (happened.get(kind) ?? 0) + times);
    if (!isRight(result)) {
      bad.push({ ...weather, ...result });
      say(JSON.stringify({ ...weather, ...result }));
    }
    if (at % 10 === 9) say(`${at + 1} scripts, ${bad.length} bad, ${restarts} restarts`);
  }
  const faults = Object.fromEntries([...happened].sort(([one], [other]) => (one < other ? -1 : 1)));
  return {
    holds: bad.length === 0,
    figures: {
      scripts,
      records: contacts * 1.1,
      faults,
      leastFaultsOfAScript: least,
      restarts,
      bad: bad.slice(0, 10),
    },
  };
};
