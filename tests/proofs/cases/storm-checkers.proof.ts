import { seeBugs } from '../../storm/see-bugs.ts';
import type { Proof } from '../proof.ts';

const worlds = 1_500;

/**
 * Every checker of the storms sees what it is there for: with a bug planted into a copy of the engine the storm says so, by that
 * checker; without one it says nothing. `--count` takes the first so many bugs.
 */
export const prove: Proof = async ({ count, say }) => {
  const { allSeen, outcomes } = await seeBugs(worlds, say, count ?? undefined);
  return { holds: allSeen, figures: { worlds, bugs: Object.keys(outcomes).length, outcomes } };
};
