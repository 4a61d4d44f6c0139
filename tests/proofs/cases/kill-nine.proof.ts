import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { startPostgres } from '../../servers/index.ts';
import { histogram, killNine } from '../kill-nine/kill-nine.ts';
import type { Proof } from '../proof.ts';

/** 50 kills (SIGKILL) of a move of 200,000 records from SQLite to PostgreSQL in 40 slices: each resumes to the exact content. */
export const prove: Proof = async ({ seed, count, say }) => {
  const choice = new SeededChoice(seed);
  await using server = await startPostgres({ major: 18 });
  const kills = count ?? 50;
  const result = await killNine({
    server,
    records: 200_000,
    kills,
    rowsPerSlice: 5_000,
    random: () => choice.fraction(),
    say,
  });
  for (const line of histogram(result)) say(line);
  const wrong =
    result.recordsDifferent + result.recordsTwice + result.accountsTwice + result.killsWithPartOfASlice;
  const holds =
    wrong === 0 &&
    result.recordsFound === result.recordsExpected &&
    result.quarantineFound === result.quarantineExpected &&
    result.slices >= 30 &&
    result.killsBetweenFirstAndLast >= kills * 0.8;
  return {
    holds,
    figures: { ...result, slicesAtKill: result.slicesAtKill.join(' '), histogram: histogram(result) },
  };
};
