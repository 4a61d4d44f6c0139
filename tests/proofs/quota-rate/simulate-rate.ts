import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Attempt,
  fixedToken,
  hubspotQuotas,
  hubspotThrottle,
  SqliteQuotaBook,
  Transport,
  type TransportOptions,
  type Wire,
} from '../../../src/connectors/index.ts';
import { silentLog, steadyTimeOf, systemRandom } from '../../../src/host/index.ts';
import { Secret } from '../../../src/model/index.ts';
import { noRowTrouble, type PracticeRequest } from '../../../src/practice/practice-message.ts';
import { seededDraw } from '../../../src/practice/seeded-draw.ts';
import { LimitedSystem, type LimitedSystemOptions } from './limited-system.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface RateResult {
  readonly accepted: number;
  readonly refused: number;
  readonly othersAccepted: number;
  /** Calls that the transport says it made, by outcome. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly doubled: number;
  readonly seconds: number;
  /** Of what the limit left to us, in percent. */
  readonly usedPercent: number;
  readonly refusedPercent: number;
}

export interface SimulatedCase extends LimitedSystemOptions {
  readonly calls: number;
  /** How long an answer takes at least and at most, in milliseconds. */
  readonly latency: readonly [least: number, most: number];
}

/** Sends so many calls, as fast as the quota allows, in time that only passes when nothing is left to do, and says how well that was used. */
export async function simulateRate({ calls, latency, ...limited }: SimulatedCase): Promise<RateResult> {
  const clock = new VirtualClock(startMs);
  using system = new LimitedSystem(limited);
  const { limit, seed } = limited;
  let sent = 0;
  const wire: Wire = {
    send: async (_url, { body }) => {
      sent += 1;
      const [least, most] = latency;
      const tookMs = least + (most - least) * seededDraw(seed, 1, sent);
      const arrivesMs = tookMs * seededDraw(seed, 2, sent);
      await clock.sleep(arrivesMs);
      const answer = system.answer(requestAt(clock.nowMs(), body as string));
      const date = new Date(clock.nowMs()).toUTCString();
      await clock.sleep(tookMs - arrivesMs);
      return new Response(answer.body as string, {
        status: answer.status,
        headers: { date, ...answer.headers },
      });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const place = {
    address: 'https://limited.example.com',
    wire,
    clock,
    machine: clock,
    heldMs: limits.wholeMs,
  };
  const attempts = await clock.run(sendAll(place, limit, calls));
  return resultOf(system, { limit, calls, attempts });
}

const startMs = Date.parse('2026-11-22T09:00:00Z');
const limits = { answerMs: 30_000, idleMs: 30_000, wholeMs: 60_000 };

const requestAt = (nowMs: number, body: string): PracticeRequest => ({
  method: 'POST',
  path: '/upsert',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.from(body),
  bodyBytes: body.length,
  origin: '',
  nowMs,
  rows: noRowTrouble,
});

type Place = Pick<TransportOptions, 'wire' | 'clock' | 'machine'> & {
  readonly address: string;
  readonly heldMs: number;
};

/** @returns attempts by outcome */
async function sendAll(place: Place, limit: number, calls: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-rate-'));
  const quotas = hubspotQuotas('hub', { tenSeconds: limit, day: 1_000_000, zone: 'Europe/Stockholm' });
  const attempts: Record<string, number> = {};
  try {
    const { clock } = place;
    const steady = steadyTimeOf(clock, 'practice');
    using book = new SqliteQuotaBook({
      path: join(folder, 'book.sqlite'),
      clock,
      steady,
      random: systemRandom,
    });
    const transport = new Transport({
      ...place,
      tokens: fixedToken(new Secret('Bearer practice')),
      throttle: hubspotThrottle(quotas),
      book,
      random: systemRandom,
      log: silentLog,
      signal: new AbortController().signal,
      limits,
      atOnce: { start: 2, most: 16 },
      attemptsMost: 8,
      requestHeadMax: 16_384,
      onAttempt: ({ outcome }: Attempt) => {
        attempts[outcome] = (attempts[outcome] ?? 0) + 1;
      },
      onPause: () => undefined,
    });
    const charges = [quotas.tenSeconds, quotas.day].map((quota) => ({ quota, cost: 1 }));
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < calls) {
        next += 1;
        const body = JSON.stringify({ record: `record ${next}` });
        await transport.call({
          method: 'POST',
          path: '/upsert',
          body,
          repeat: 'once',
          charges,
          label: 'upsert',
        });
      }
    };
    await Promise.all(Array.from({ length: 24 }, work));
    return attempts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function resultOf(
  system: LimitedSystem,
  { limit, calls, attempts }: { limit: number; calls: number; attempts: Record<string, number> },
): RateResult {
  const { accepted, refused, othersAccepted, tookMs, kept } = system;
  // A window more than the time: the first one may be used at once.
  const permitted = limit * (tookMs / 10_000 + 1) - othersAccepted;
  return {
    accepted,
    refused,
    othersAccepted,
    attempts,
    lost: calls - kept.size,
    doubled: [...kept.values()].filter((times) => times > 1).length,
    seconds: Math.round(tookMs / 1_000),
    usedPercent: Number(((100 * accepted) / permitted).toFixed(2)),
    refusedPercent: Number(((100 * refused) / (accepted + refused)).toFixed(3)),
  };
}
