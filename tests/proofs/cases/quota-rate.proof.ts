import type { Proof } from '../proof.ts';
import { driveRate, type RateResult, simulateRate } from '../quota-rate/drive-rate.ts';

const manners = [
  { others: 0, manner: 'spread' },
  { others: 0.3, manner: 'spread' },
  { others: 0.3, manner: 'random' },
] as const;

/**
 * 20,000 calls at 100 and at 190 calls in any 10 seconds, alone, beside a client that takes 30 % of the limit, and beside one
 * that takes it at random: nothing lost, nothing twice; alone and beside the first at least 95 % of what the limit leaves
 * used and under 0.5 % refused. Each in time that passes only when nothing is left to do, and, alone and beside the
 * first, over HTTP against the practice server, five times as fast as the clock on the wall.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const calls = count ?? 20_000;
  const figures: Record<string, RateResult> = {};
  let holds = true;
  for (const limit of [100, 190])
    for (const { others, manner } of manners) {
      const one = { limit, others, manner, calls, seed };
      const beside = others === 0 ? 'alone' : `30 % taken by others, ${manner}`;
      const keep = (name: string, result: RateResult): void => {
        say(`${name}: ${JSON.stringify(result)}`);
        figures[name] = result;
        holds &&= result.lost === 0 && result.doubled === 0;
        if (manner === 'spread') holds &&= result.usedPercent >= 95 && result.refusedPercent < 0.5;
      };
      keep(`${limit} in 10 s, ${beside}, simulated`, await simulateRate({ ...one, latency: [40, 150] }));
      if (manner === 'spread')
        keep(`${limit} in 10 s, ${beside}, over HTTP`, await driveRate({ ...one, speed: 5 }));
    }
  return { holds, figures };
};
