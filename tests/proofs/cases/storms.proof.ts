import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInPieces } from '../../storm/kept-pieces.ts';
import { violationLines } from '../../storm/many-storms.ts';
import { seeBugs } from '../../storm/see-bugs.ts';
import type { Proof } from '../proof.ts';

const worldsForABug = 1_500;

/**
 * 100,000 worlds, each a whole small migration in trouble, from the first seed on: no checker has anything to say. Then each
 * planted bug, and the checker that sees it: so they had eyes. Cut off, it goes on where it was.
 */
export const prove: Proof = async ({ count, say }) => {
  const seeds = count ?? 100_000;
  const tally = await runInPieces(seeds, join(tmpdir(), 'godwit-storm-pieces'), (piece, done) => {
    say(`${done} worlds, ${piece.violations.length} of these with a violation`);
    for (const line of violationLines(piece)) say(line);
  });
  const { allSeen, outcomes } = await seeBugs(worldsForABug, say);
  const violations = tally.violations.length;
  return {
    holds: violations === 0 && tally.seeds === seeds && allSeen,
    figures: { ...tally, violations, plantedBugs: outcomes },
  };
};
