import type { Proof } from '../proof.ts';
import { type AccountResult, driveConnector, driveOfficialClient } from '../quota-rate/drive-account.ts';
import { type RateResult, simulateRate } from '../quota-rate/simulate-rate.ts';

const limits = [100, 190] as const;
const manners = [
  { others: 0, manner: 'spread' },
  { others: 0.3, manner: 'spread' },
  { others: 0.3, manner: 'random' },
] as const;

/**
 * 20,000 calls at 100 and at 190 calls in any 10 seconds, each of which makes a record in a practice HubSpot, through the HubSpot
 * shelf and, beside it, through the vendor's own client with its own limiter: nothing lost, nothing twice, at least 95 % of
 * what the limit gives used and under 0.5 % refused. Then the transport alone, beside a client that takes 30 % of the limit, and beside
 * one that takes it at random. All in time that passes only when nothing is left to do: no machine, however busy, changes the figures.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const calls = count ?? 20_000;
  const figures: Record<string, RateResult | AccountResult> = {};
  let holds = true;
  const keep = (name: string, result: RateResult | AccountResult, asked: boolean): void => {
    say(`${name}: ${JSON.stringify(result)}`);
    figures[name] = result;
    if (asked) holds &&= result.usedPercent >= 95 && result.refusedPercent < 0.5;
  };
  const sound = ({ lost, doubled }: RateResult | AccountResult): boolean => lost === 0 && doubled === 0;
  for (const limit of limits) {
    const name = `${limit} in 10 s`;
    const own = await driveConnector({ limit, calls });
    holds &&= sound(own);
    keep(`${name}, the HubSpot shelf`, own, true);
    // As a comparison: whatever comes of it.
    keep(
      `${name}, the vendor's client with its default limiter`,
      await driveOfficialClient({ limit, calls }, false),
      false,
    );
    keep(
      `${name}, the vendor's client set to the limit, with retries`,
      await driveOfficialClient({ limit, calls }, true),
      false,
    );
    for (const { others, manner } of manners) {
      const result = await simulateRate({ limit, others, manner, calls, seed, latency: [40, 150] });
      holds &&= sound(result);
      const beside = others === 0 ? 'alone' : `30 % taken by others, ${manner}`;
      keep(`${name}, the transport, ${beside}`, result, manner === 'spread');
    }
  }
  return { holds, figures };
};
