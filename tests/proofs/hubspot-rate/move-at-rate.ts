import { fileURLToPath } from 'node:url';
import { runJourney } from '../../journeys/run-journey.ts';
import { CallLog, type LoggedCall } from './call-log.ts';
import { copySteps, gapsOf, isCounted, type Permitted, partsOf, type Rate, rateOf } from './rate-of-calls.ts';

export interface RateMove extends Permitted {
  readonly name: string;
  readonly records: number;
  /** Each takes three calls. */
  readonly files: number;
}

export interface MovedAtRate {
  readonly speed: number;
  /** For the steps that the runbook predicts, before the run; and what they took. */
  readonly predicted: number;
  readonly made: number;
  readonly refused: number;
  /** Of the calls of `godwit run`. */
  readonly refusedPercent: number;
  readonly copySteps: Rate;
  readonly parts: Readonly<Record<string, Rate>>;
  /** `godwit run` from its first call to its last, with the audit. */
  readonly run: Rate;
  readonly longestGaps: readonly string[];
}

const journey = fileURLToPath(new URL('../../journeys/hubspot-at-its-rate.long.journey', import.meta.url));

/**
 * One move on the command line into a practice HubSpot of this process, which hears nothing else. The journey compares each record, link
 * and file with plain SQL on what the account keeps, and fails where one is missing, is there twice or differs.
 */
export async function moveAtRate({ limit, speed, records, files }: RateMove): Promise<MovedAtRate> {
  using log = new CallLog();
  const told = { limit, speed, records, files };
  const given = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, String(value)]));
  const kept = await runJourney(journey, { given, commandMs: 3 * 60 * 60_000 });
  const number = (name: string): number => Number(kept.get(name)?.replaceAll(',', ''));
  const permitted = { limit, speed };
  const run = betweenMarks(log.calls);
  const copied = copySteps(run);
  const refused = run.filter(({ status }) => status === 429).length;
  const parts = [...partsOf(copied)].map(([name, calls]) => [name, rateOf(calls, permitted)]);
  return {
    speed,
    predicted: number('predicted'),
    made: number('made'),
    refused,
    refusedPercent: Number(((refused / (run.filter(isCounted).length + refused)) * 100).toFixed(3)),
    copySteps: rateOf(copied, permitted),
    parts: Object.fromEntries(parts) as Record<string, Rate>,
    run: rateOf(run, permitted),
    longestGaps: gapsOf(copied, permitted, 5),
  };
}

/** The journey marks where `godwit run` begins and ends by an order of the admin. */
function betweenMarks(calls: readonly LoggedCall[]): readonly LoggedCall[] {
  const marks = calls.flatMap(({ method, path }, at) =>
    method === 'POST' && path === '/__practice/clock' ? [at] : [],
  );
  const [from = 0, to = 0] = marks.slice(-2);
  return calls.slice(from + 1, to).filter(({ path }) => !path.startsWith('/__practice/'));
}
