import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Proof } from '../proof.ts';
import type { Pool, PoolResult } from '../salesforce-quota/move-within-quota.ts';
import { sideBySide } from '../side-by-side.ts';

type Case = Omit<Pool, 'records' | 'seed' | 'folder'>;
type Named = Pool & { readonly name: string };

const script = fileURLToPath(new URL('../salesforce-quota/quota-child.ts', import.meta.url));
const alone = { files: 0, othersOfTen: 0, writers: 1, callMs: 300 };
const cases: Readonly<Record<string, Case>> = {
  plenty: { ...alone, callsADay: 100_000 },
  'long calls': { ...alone, callsADay: 100_000, writers: 30, callMs: 60_000 },
  scarce: { ...alone, callsADay: 500 },
  scarcest: { ...alone, callsADay: 100 },
  files: { ...alone, callsADay: 1_000, files: 2_000 },
  shared: { ...alone, callsADay: 1_000, othersOfTen: 3 },
};

/**
 * 250,000 accounts, contacts, deals and activities into a practice Salesforce: with 100,000 calls a day; by 30 writers at once whose
 * calls are all long ones, of which the org bears 25; with 500 and with 100 calls a day, which take days, pauses and new beginnings; with 2,000
 * files beside them, a call each; and with 1,000 calls a day of which another client takes three of every ten. By the org's own file
 * each record is there once, with its values and its parent; with nobody beside us no call was one too many, and it takes the days
 * that the calls take by plain arithmetic. A move that was cut goes on in its folder.
 */
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const records = count ?? 250_000;
  const pools = Object.entries(cases).map(([name, one]): Named => {
    const folder = join(tmpdir(), `godwit-quota-${seed}-${records}-${name.replace(' ', '-')}`);
    return { ...one, name, records, seed, folder };
  });
  const waiting = pools.filter(({ name }) => !progress.has(name));
  for await (const { task, result, error } of sideBySide<Named, PoolResult>(script, waiting, enough)) {
    if (result === undefined) throw new Error(`${task.name}: ${error}`);
    progress.keep(task.name, result);
    rmSync(task.folder, { recursive: true, force: true });
    say(`${task.name}: ${JSON.stringify(result)}`);
  }
  const found = pools.flatMap((pool) =>
    progress.has(pool.name) ? [{ pool, result: progress.found(pool.name) as PoolResult }] : [],
  );
  const cut = found.length < pools.length;
  const figures = Object.fromEntries(found.map(({ pool, result }) => [pool.name, told(pool, result)]));
  return { holds: !cut && found.every(isGood), cut, figures: { records, ...figures } };
};

interface Found {
  readonly pool: Named;
  readonly result: PoolResult;
}

const told = ({ callsADay, files, othersOfTen, writers, callMs }: Case, result: PoolResult): object => ({
  callsADay,
  files,
  othersOfTen,
  writers,
  callMs,
  ...result,
});

const isGood = ({ pool, result }: Found): boolean =>
  isRight(result, pool) && isPolite(result, pool) && isInTime(result, pool);

const isRight = ({ doubled, missing, altered, linksWrong, uploads }: PoolResult, { files }: Case): boolean =>
  doubled + missing + altered + linksWrong === 0 && uploads === files;

/** What others take nobody knows before a call is refused; the org counts no refused one. */
const isPolite = ({ tooMany, calls, mostAtOnce }: PoolResult, { othersOfTen, callMs }: Case): boolean =>
  (othersOfTen === 0 ? tooMany === 0 : tooMany < calls / 20) && (callMs < 20_000 || mostAtOnce <= 25);

/** The calls of one day may all go at its beginning: it takes up to a day less than their number says, and never more. */
function isInTime({ days, calls, tooMany }: PoolResult, { callsADay, othersOfTen }: Case): boolean {
  // What another client takes after so many of ours.
  const others = othersOfTen * Math.floor(calls / (10 - othersOfTen));
  const daysOfCalls = (calls - tooMany + others) / callsADay;
  return days > daysOfCalls - 1.05 && days < daysOfCalls + 0.1;
}
