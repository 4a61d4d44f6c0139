import { appendFileSync } from 'node:fs';
import { systemClock, systemRandom, systemSteadyTime } from '../../../host/index.ts';
import { isGodwitError, type Quota, Secret } from '../../../model/index.ts';
import { postgresOwnDatabase } from '../../postgres/own-database.ts';
import { machineTime } from '../vendor-time.ts';
import { type OpenedQuotaBook, openQuotaBook } from './open-quota-book.ts';
import { settled } from './quota-world.contract.ts';

/** What a process is told on its command line, as JSON. */
export interface BookOrder {
  /** The file of one machine, or the database of several. */
  readonly book: string | BookDatabase;
  readonly quota: Quota;
  /** The file for what it took. */
  readonly taken: string;
  readonly forMs: number;
}

export interface BookDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A process of its own that takes what it gets of a quota for a while, as a run beside another run would. */
async function take({ book: place, quota, taken, forMs }: BookOrder): Promise<void> {
  const shared = typeof place === 'string' ? null : databaseAt(place);
  const quotas = typeof place === 'string' ? place : ':memory:';
  const context = { random: systemRandom, quotasIn: () => shared };
  const book = openQuotaBook({ quotas, clock: 'machine' }, context, machineTime(systemClock));
  const endMs = systemClock.elapsedMs() + forMs;
  while (systemClock.elapsedMs() < endMs)
    try {
      await takeOne(book, quota, taken);
    } catch (error) {
      if (!isGodwitError(error) || error.fate !== 'later') throw error;
    }
}

async function takeOne(book: OpenedQuotaBook, quota: Quota, taken: string): Promise<void> {
  const grant = await book.reserve([{ quota, cost: 1 }], 60_000);
  if (!grant.granted) {
    await systemClock.sleep(Math.min(grant.waitMs, 20));
    return;
  }
  // The vendor counts here: what is written down is what it saw, in time that all processes share.
  appendFileSync(taken, `${systemSteadyTime.steadyMs()}\n`);
  await systemClock.sleep(2);
  await book.settle(grant.id, settled());
}

function databaseAt({ password, ...login }: BookDatabase): ReturnType<typeof postgresOwnDatabase> {
  const address = { ...login, password: new Secret(password), schema: 'public', tls: 'off' } as const;
  return postgresOwnDatabase(address, new AbortController().signal);
}

await take(JSON.parse(process.argv[2] ?? '') as BookOrder);
