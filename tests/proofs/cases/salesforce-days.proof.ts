import { fileURLToPath } from 'node:url';
import { runJourney } from '../../journeys/run-journey.ts';
import type { Proof } from '../proof.ts';

const journey = fileURLToPath(new URL('../../journeys/calls-of-days.long.journey', import.meta.url));

interface Pool {
  readonly callsADay: number;
  /** Files of 64 KiB and more, each of which is a call. */
  readonly files: number;
  /** How many calls somebody else makes for each seven of ours. */
  readonly others: number;
  /** How long the org works on a call; from 20 seconds on it bears 25 at once. */
  readonly workMs: number;
  readonly speed: number;
}

/** Work takes time of the machine, and at a high speed much of the org's: the scarcer the calls of a day may look, the slower. */
const alone = { files: 40, others: 0, workMs: 300 };
const pools: Readonly<Record<string, Pool>> = {
  // First, as its weeks take longest.
  scarcest: { ...alone, callsADay: 100, speed: 2_880 },
  scarce: { ...alone, callsADay: 500, speed: 1_440 },
  plenty: { ...alone, callsADay: 100_000, speed: 60 },
  shared: { ...alone, callsADay: 500, others: 3, speed: 1_440 },
  'long calls': { ...alone, callsADay: 100_000, workMs: 30_000, speed: 600 },
  files: { ...alone, callsADay: 1_000, files: 2_000, speed: 1_440 },
};
/** Moves that go on beside each other. */
const together = 2;

interface Found {
  /** For the steps that the runbook predicts, before the run; and what they took. */
  readonly predicted: number;
  readonly made: number;
  /** That the org let in and refused, of everybody, from the first command to the last; and on how many days. */
  readonly calls: number;
  readonly refused: number;
  readonly days: number;
}

/**
 * The journey `calls-of-days` at 250,000 accounts, contacts, deals and activities: from `godwit init` to the audit, on the command line,
 * with so many calls a day. The journey compares each record, link and file with plain SQL, and fails where one differs.
 */
export const prove: Proof = async ({ count, enough, progress, say }) => {
  const records = count ?? 250_000;
  const waiting = Object.entries(pools).filter(([name]) => !progress.has(name));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !enough(); next = waiting.shift()) {
      const [name, pool] = next;
      progress.keep(name, await moveWith(pool, records));
      say(`${name}: ${JSON.stringify(progress.found(name))}`);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  const found = Object.entries(pools).flatMap(([name, pool]) =>
    progress.has(name) ? [[name, { ...pool, ...(progress.found(name) as Found) }] as const] : [],
  );
  const cut = found.length < Object.keys(pools).length;
  const holds = !cut && found.every(([, one]) => isPolite(one));
  return { holds, cut, figures: { records, ...Object.fromEntries(found) } };
};

async function moveWith({ callsADay, others, ...pool }: Pool, records: number): Promise<Found> {
  const fault = { kind: 'order', order: 'use-calls', content: { calls: others }, every: 7 };
  const faults = JSON.stringify(others === 0 ? [] : [fault]);
  const told = { records, calls: callsADay, faults, ...pool };
  const given = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, String(value)]));
  const kept = await runJourney(journey, { given, commandMs: 30 * 60_000 });
  const number = (name: string): number => Number(kept.get(name)?.replaceAll(',', ''));
  return {
    predicted: number('predicted'),
    made: number('made'),
    calls: number('all'),
    refused: number('refused'),
    days: number('days'),
  };
}

/** What others take nobody knows before a call is refused. */
const isPolite = ({ others, calls, refused }: Pool & Found): boolean =>
  others === 0 ? refused === 0 : refused < calls / 20;
