import { appendFileSync } from 'node:fs';
import { systemClock, systemRandom, systemSteadyTime } from '../../../host/index.ts';
import type { Quota } from '../../../model/index.ts';
import { settled } from './quota-world.contract.ts';
import { SqliteQuotaBook } from './sqlite-quota-book.ts';

/**
 * A process of its own that takes what it gets of a quota for a while, as a run beside another run would.
 * Arguments: the book's file, the quota as JSON, the file for what it took, how long in milliseconds.
 */
const [path = '', quotaText = '', takenFile = '', forMs = ''] = process.argv.slice(2);
const quota = JSON.parse(quotaText) as Quota;
using book = new SqliteQuotaBook({
  path,
  clock: systemClock,
  steady: systemSteadyTime,
  random: systemRandom,
});
const endMs = systemClock.elapsedMs() + Number(forMs);
while (systemClock.elapsedMs() < endMs) {
  const grant = await book.reserve([{ quota, cost: 1 }], 60_000);
  if (!grant.granted) {
    await systemClock.sleep(Math.min(grant.waitMs, 20));
    continue;
  }
  // The vendor counts here: what is written down is what it saw, in time that all processes share.
  appendFileSync(takenFile, `${systemSteadyTime.steadyMs()}\n`);
  await systemClock.sleep(2);
  await book.settle(grant.id, settled());
}
