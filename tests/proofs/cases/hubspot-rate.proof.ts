import { fileURLToPath } from 'node:url';
import type { MovedAtRate, RateMove } from '../hubspot-rate/move-at-rate.ts';
import type { Proof } from '../proof.ts';
import { sideBySide } from '../side-by-side.ts';

const child = fileURLToPath(new URL('../hubspot-rate/move-child.ts', import.meta.url));
/**
 * How many times as fast as the machine's the account's time runs: work of this machine counts so many times as long as it would for an
 * account elsewhere, so the faster one is used where there is time for it.
 */
const paces = [
  { limit: 100, speed: 2 },
  { limit: 190, speed: 1 },
] as const;

/**
 * Whole moves on the command line, `godwit init` to the audit, into a practice HubSpot that answers in 100 to 250 ms and permits 100,
 * or 190, calls in any ten seconds: nothing lost, nothing twice, at least 95 % of the permitted rate used from the first call that
 * writes to the last one, under 0.5 % refused. `--count` is about how many calls the copy steps take.
 */
export const prove: Proof = async ({ count, enough, progress, say }) => {
  const calls = count ?? 20_200;
  // Five calls of six bring files, the others a hundred records or five hundred links at a time.
  const [records, files] = [Math.round(calls / 200) * 1_000, Math.round((calls * 0.83) / 3)];
  const moves = paces.map((pace): RateMove => ({ name: `${pace.limit} in 10 s`, ...pace, records, files }));
  const waiting = moves.filter(({ name }) => !progress.has(name));
  for await (const { task, result, error } of sideBySide<RateMove, MovedAtRate>(child, waiting, enough)) {
    if (result === undefined) throw new Error(`${task.name}: ${error}`);
    progress.keep(task.name, result);
    say(`${task.name}: ${JSON.stringify(result, null, 1)}`);
  }
  const found = moves.flatMap(({ name }) => (progress.has(name) ? [[name, progress.found(name)]] : []));
  const moved = Object.fromEntries(found) as Record<string, MovedAtRate>;
  const cut = found.length < moves.length;
  const holds = !cut && Object.values(moved).every(keepsTo);
  return { holds, cut, figures: { records, files, ...moved } };
};

const keepsTo = ({ copySteps, refusedPercent }: MovedAtRate): boolean =>
  copySteps.usedPercent >= 95 && refusedPercent < 0.5;
