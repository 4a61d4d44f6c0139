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
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const calls = count ?? 20_000;
  const figures: Record<string, RateResult | AccountResult> = {};
  let holds = true;
  for (const { name, asked, drive } of casesOf(calls, seed)) {
    if (!progress.has(name) && enough()) return { holds: false, cut: true, figures };
    const result = await progress.once(name, drive);
    say(`${name}: ${JSON.stringify(result)}`);
    figures[name] = result;
    if (asked !== 'nothing') holds &&= result.lost === 0 && result.doubled === 0;
    if (asked === 'rate') holds &&= result.usedPercent >= 95 && result.refusedPercent < 0.5;
  }
  return { holds, figures };
};

interface RateCase {
  readonly name: string;
  /** A comparison is asked for nothing; beside a client whose calls nobody can foresee, that nothing is lost or doubled. */
  readonly asked: 'rate' | 'no loss' | 'nothing';
  readonly drive: () => Promise<RateResult | AccountResult>;
}

const casesOf = (calls: number, seed: number): RateCase[] =>
  limits.flatMap((limit): RateCase[] => {
    const name = `${limit} in 10 s`;
    const client = (tuned: boolean) => async () => await driveOfficialClient({ limit, calls }, tuned);
    return [
      {
        name: `${name}, the HubSpot shelf`,
        asked: 'rate',
        drive: async () => await driveConnector({ limit, calls }),
      },
      {
        name: `${name}, the vendor's client with its default limiter`,
        asked: 'nothing',
        drive: client(false),
      },
      {
        name: `${name}, the vendor's client set to the limit, with retries`,
        asked: 'nothing',
        drive: client(true),
      },
      ...manners.map(
        ({ others, manner }): RateCase => ({
          name: `${name}, the transport, ${others === 0 ? 'alone' : `30 % taken by others, ${manner}`}`,
          asked: manner === 'spread' ? 'rate' : 'no loss',
          drive: async () => await simulateRate({ limit, others, manner, calls, seed, latency: [40, 150] }),
        }),
      ),
    ];
  });
