import type { ProofResult } from '../proof.ts';
import type { Told } from '../side-by-side.ts';
import { type Befallen, faultsLeast, faultsOf } from './befallen.ts';

export interface WeatherCount {
  readonly scripts: number;
  /** Records that each moves. */
  readonly records: number;
}

/** What all moves in bad weather together say: it holds where each ended right, and at least five faults of its script came about before. */
export function sumUp<Result extends Befallen & { readonly refused: number }>(
  { scripts, records }: WeatherCount,
  found: readonly Told<object, Result>[],
  isRight: (result: Result) => boolean,
): ProofResult {
  const bad = found.filter(({ result }) => result === undefined || !isRight(result));
  const results = found.flatMap(({ result }) => result ?? []);
  const faults = new Map<string, number>();
  for (const { kind, times } of results.flatMap(({ inAll }) => inAll))
    faults.set(kind, (faults.get(kind) ?? 0) + times);
  const fewest = Math.min(...results.map(faultsOf));
  const cut = found.length < scripts;
  return {
    holds: bad.length === 0 && fewest >= faultsLeast && !cut,
    cut,
    figures: {
      scripts: found.length,
      records,
      leastFaultsThatCameAboutOfAScript: fewest,
      faults: Object.fromEntries([...faults].sort(([one], [other]) => (one < other ? -1 : 1))),
      faultsInAll: [...faults.values()].reduce((sum, times) => sum + times, 0),
      refused: results.reduce((sum, { refused }) => sum + refused, 0),
      restarts: results.reduce((sum, { restarts }) => sum + restarts, 0),
      bad: bad.slice(0, 10),
    },
  };
}
