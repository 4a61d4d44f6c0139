import { runManyStorms, violationLines } from '../../storm/many-storms.ts';
import { seeBugs } from '../../storm/see-bugs.ts';
import type { Proof } from '../proof.ts';

const worldsForABug = 1_500;

/**
 * 100,000 worlds, each a whole small migration in trouble, from the first seed on: no checker has anything to say. Then each
 * planted bug, and the checker that sees it: so they had eyes.
 */
export const prove: Proof = async ({ count, say }) => {
  const seeds = count ?? 100_000;
  let done = 0;
  const tally = await runManyStorms({
    from: 1,
    seeds,
    told: (more) => {
      done += more.seeds;
      if (done % 5_000 < more.seeds) say(`${done} worlds`);
      for (const line of violationLines(more)) say(line);
    },
  });
  const { allSeen, outcomes } = await seeBugs(worldsForABug, say);
  const violations = tally.violations.length;
  return {
    holds: violations === 0 && tally.seeds === seeds && allSeen,
    figures: { ...tally, violations, plantedBugs: outcomes },
  };
};
