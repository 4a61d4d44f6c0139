import { moveInWeather } from '../hubspot-faults/weather.ts';
import type { Proof } from '../proof.ts';

const records = 2_000;

/**
 * 500 scripts of five to nine faults each, drawn from the seed: 2,000 people, their companies and their links go into a practice
 * HubSpot that loses answers, carries calls out twice, loses records it says it keeps, and fails. Afterwards each is there
 * once, with its values and its link, by the account's own file; and everything is gone once it is taken back.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const scripts = count ?? 500;
  const bad: unknown[] = [];
  let [restarts, faults] = [0, 0];
  for (let at = 0; at < scripts; at += 1) {
    const weather = { seed: (seed + at) % 2 ** 31, records, speed: 60 };
    const result = await moveInWeather(weather);
    restarts += result.restarts;
    faults += result.faults.length;
    const { refused, doubled, missing, altered, linksMissing, left } = result;
    if (refused + doubled + missing + altered + linksMissing + left > 0) {
      bad.push({ ...weather, ...result });
      say(JSON.stringify({ ...weather, ...result }));
    }
    if (at % 10 === 9) say(`${at + 1} scripts, ${bad.length} bad`);
  }
  return { holds: bad.length === 0, figures: { scripts, records, faults, restarts, bad: bad.slice(0, 10) } };
};
