import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { startPostgres } from '../../servers/index.ts';
import type { Proof } from '../proof.ts';
import { holdsFor, strikeWorkers } from '../workers/workers.ts';

/**
 * Three workers, 50 times SIGSTOP and SIGCONT and 50 times SIGKILL with a slice in their hands: another has it within 10 s. A strike in which the
 * whole machine stood still is done again.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const choice = new SeededChoice(seed);
  await using server = await startPostgres({ major: 18 });
  const each = count ?? 50;
  const result = await strikeWorkers({
    server,
    kills: each,
    freezes: each,
    // More than three can bring in the time that so many strikes take.
    slices: each * 60,
    rowsPerSlice: 100,
    // A slice with records that cannot go comes in pieces, and each of those that hold this one record takes so long again.
    sliceMs: 250,
    leaseMs: 5_000,
    beatMs: 1_250,
    random: () => choice.fraction(),
    say,
  });
  const { takeoversMs, ...rest } = result;
  const at = (share: number): number => takeoversMs[Math.floor((takeoversMs.length - 1) * share)] ?? 0;
  const holds = holdsFor(result, 10_000) && result.kills === each && result.freezes === each;
  return {
    holds,
    figures: {
      ...rest,
      takeovers: takeoversMs.length,
      takeoverMs: { median: at(0.5), p95: at(0.95), max: at(1) },
    },
  };
};
