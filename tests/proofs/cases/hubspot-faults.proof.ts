import { moveInAll } from '../hubspot-faults/weathers.ts';
import type { Proof } from '../proof.ts';

const records = 2_000;

/**
 * 500 scripts of five to nine faults each, drawn from the seed: 2,000 people, their companies and their links go into a practice
 * HubSpot that loses answers, carries calls out twice, loses records it says it keeps, and fails. Afterwards each is there
 * once, with its values and its link, by the account's own file; and everything is gone once it is taken back.
 */
export const prove: Proof = async ({ seed, count, enough, say }) => {
  const scripts = count ?? 500;
  const weathers = Array.from({ length: scripts }, (_none, at) => ({ seed: (seed + at) % 2 ** 31, records }));
  const bad: unknown[] = [];
  const kinds: Record<string, number> = {};
  let [done, restarts, happened, fewest] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for await (const told of moveInAll(weathers, enough)) {
    const { result } = told;
    done += 1;
    restarts += result?.restarts ?? 0;
    happened += result?.happened ?? 0;
    fewest = Math.min(fewest, result?.happened ?? 0);
    for (const kind of result?.faults ?? []) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const wrong =
      result === undefined ||
      result.refused + result.doubled + result.missing + result.altered + result.linksMissing + result.left >
        0;
    if (wrong) {
      bad.push(told);
      say(JSON.stringify(told));
    }
    if (done % 10 === 0) say(`${done} scripts, ${bad.length} bad`);
  }
  const holds = bad.length === 0 && fewest >= 5 && done === scripts;
  return {
    holds,
    figures: {
      scripts: done,
      records,
      faultsThatBefellAScript: `at least ${fewest}`,
      faults: kinds,
      happened,
      restarts,
      bad: bad.slice(0, 10),
    },
  };
};
