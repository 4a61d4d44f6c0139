import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { startPostgres } from '../../servers/index.ts';
import type { Proof } from '../proof.ts';
import { unknownSteps } from '../unknown-step/unknown-step.ts';

/** 50 kills (SIGKILL) of `godwit run` into PostgreSQL at random moments: at most one step is unknown after each, and it is told. */
export const prove: Proof = async ({ seed, count, say }) => {
  const choice = new SeededChoice(seed);
  await using server = await startPostgres({ major: 18 });
  const result = await unknownSteps({
    server,
    kills: count ?? 50,
    objects: 12,
    recordsPerObject: 300,
    random: () => choice.fraction(),
    say,
  });
  const { killsInAStep, toldByStatus, toldByBundle, toldByTheNextRun, entriesThatSaySo } = result;
  const told = [toldByStatus, toldByBundle, toldByTheNextRun, entriesThatSaySo];
  return {
    holds:
      result.unknownMost === 1 &&
      result.toldWrongly === 0 &&
      told.every((one) => one === killsInAStep) &&
      result.recordsFound === result.recordsExpected &&
      result.ledgersIntact === result.runs,
    figures: { ...result },
  };
};
