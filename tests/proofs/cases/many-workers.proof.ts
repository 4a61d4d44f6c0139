import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { startPostgres } from '../../servers/index.ts';
import { measureBoard } from '../many-workers/measure-board.ts';
import { type SimulationResult, simulate } from '../many-workers/simulate.ts';
import type { Proof } from '../proof.ts';

/**
 * 10,000 slices on a board whose operations cost what they cost on a real PostgreSQL (with `fsync`), and up to 3,000 workers of which
 * one in a hundred slices kills or freezes one. Shown is from how many workers on the board is what they wait for.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const slices = count ?? 10_000;
  await using server = await startPostgres({ major: 18, settings: { fsync: 'on' } });
  const costs = await measureBoard(server, {
    workers: 1_000,
    slices,
    rounds: Math.min(300, Math.ceil(slices / 30)),
  });
  say(`costs in ms: ${JSON.stringify(costs)}`);
  const results: SimulationResult[] = [];
  for (const sliceMs of [1_000, 5_000])
    for (const workers of [10, 100, 300, 1_000, 3_000]) {
      const choice = new SeededChoice(seed);
      const failing = { killShare: 0.005, freezeShare: 0.005 };
      const size = { workers, slices, sliceMs, leaseMs: 5_000, beatMs: 1_250 };
      const result = await simulate({ ...size, ...failing, costs, random: () => choice.fraction() });
      results.push(result);
      say(JSON.stringify(result));
    }
  const slicesASecond = costs.atOnce / ((costs.claimMs + costs.settleMs) / 1_000);
  return {
    // Whatever the load, nothing is lost and nothing is there twice; how fast it goes is what is shown.
    holds: results.every(({ slicesLost, slicesTwice }) => slicesLost === 0 && slicesTwice === 0),
    figures: {
      costs,
      slicesASecondAtMost: Math.round(slicesASecond),
      slowerThanItsWorkers: results
        .filter(({ boardBusy }) => boardBusy > 0.8)
        .map(({ workers, sliceMs }) => `${workers} workers, slices of ${sliceMs} ms`),
      results,
    },
  };
};
