import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Proof } from '../proof.ts';
import { moveWithinQuota, type PoolResult } from '../salesforce-quota/move-within-quota.ts';

/**
 * 250,000 accounts, contacts, deals and activities into a practice Salesforce: with 100,000 calls a day; with 500, which take
 * days, pauses and new beginnings; and with 1,000 of which another client takes three of every ten. By the org's own file each
 * record is there once, with its parent, and with nobody beside us no call was one too many. A move that was cut goes on in its folder.
 */
export const prove: Proof = async ({ seed, count, progress, say }) => {
  const records = count ?? 250_000;
  const figures: Record<string, unknown> = { records };
  let holds = true;
  for (const [name, callsADay, othersOfTen] of [
    ['plenty', 100_000, 0],
    ['scarce', 500, 0],
    ['shared', 1_000, 3],
  ] as const) {
    const folder = join(tmpdir(), `godwit-quota-${seed}-${records}-${name}`);
    const pool = { records, callsADay, othersOfTen, seed, folder };
    const result = await progress.once<PoolResult>(name, async () => await moveWithinQuota(pool));
    rmSync(folder, { recursive: true, force: true });
    figures[name] = { callsADay, othersOfTen, ...result };
    say(`${name}: ${JSON.stringify(result)}`);
    const { doubled, missing, linksWrong, tooMany, calls } = result;
    const polite = othersOfTen === 0 ? tooMany === 0 : tooMany < calls / 20;
    holds &&= doubled + missing + linksWrong === 0 && polite;
  }
  return { holds, figures };
};
