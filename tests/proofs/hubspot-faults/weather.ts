import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PracticeClock } from '../../../src/host/index.ts';
import { openPracticeHubspot } from '../../../src/practice/index.ts';
import { seededDraw } from '../../../src/practice/seeded-draw.ts';
import { VirtualClock } from '../quota-rate/virtual-clock.ts';
import { lookAt, recordsLeft, type There } from './account-check.ts';
import { Mover, movedInto } from './mover.ts';

export interface Weather {
  readonly seed: number;
  readonly records: number;
}

export interface WeatherResult extends There {
  readonly faults: readonly string[];
  /** How many calls or records they befell on the way there. */
  readonly happened: number;
  /** How often the run ended with an error that may pass, and began again with new connections. */
  readonly restarts: number;
  readonly refused: number;
  /** Records and links that are left after the run was taken back. */
  readonly left: number;
}

const startMs = Date.parse('2026-11-22T09:00:00Z');
/** Turns of the event loop in which a call between two sockets of this process is through, with plenty to spare. */
const turns = 64;
/** A practice clock looks at its machine's 20 times a second: the sleeps of a second are one look long. */
const speed = 1_000;
const kinds = [
  'reset-in-body',
  'reset-before',
  'carried-out-twice',
  'records-lost',
  'refuse',
  'timeout-after-accepting',
];
const paths = [
  'contacts/batch/create',
  'contacts/batch/read',
  'companies/batch/create',
  'associations/',
  'batch/archive',
  '/crm/',
];

/** Five to nine faults, drawn from the seed: which calls, how many of them, and what befalls them. */
function drawFaults(
  seed: number,
): readonly (Readonly<Record<string, unknown>> & { readonly kind: string })[] {
  const draw = (...from: readonly number[]): number => seededDraw(seed, ...from);
  const pick = (from: readonly string[], ...by: readonly number[]): string =>
    from[Math.floor(draw(...by) * from.length)] ?? '';
  return Array.from({ length: 5 + Math.floor(draw(0) * 5) }, (_none, at) => {
    const kind = pick(kinds, at, 1);
    const isLoss = kind === 'records-lost';
    return {
      kind,
      path: isLoss ? 'batch/create' : pick(paths, at, 2),
      // Companies are few calls: what is to befall them begins at once.
      from: 1 + Math.floor(draw(at, 3) * 3),
      every: 2 + Math.floor(draw(at, 4) * 6),
      // A system that is away for longer ends a run, which begins again.
      length: 1 + Math.floor(draw(at, 5) * (kind === 'refuse' ? 9 : 2)),
      times: 1 + Math.floor(draw(at, 6) * 12),
      ...(isLoss ? { records: 0.02 + draw(at, 7) * 0.2 } : {}),
      ...(kind === 'refuse' ? { status: [502, 503, 429, 423][Math.floor(draw(at, 8) * 4)] } : {}),
      ...(kind === 'timeout-after-accepting' ? { holdMs: 200_000 } : {}),
    };
  });
}

/**
 * Moves companies, people and their links into a practice account in bad weather, begins again whenever an error says that it may
 * pass, looks at the account's own file by plain SQL, takes everything back, and looks again. Time passes here and at the account when
 * nobody has anything to do: waiting costs nothing.
 */
export async function moveInWeather({ seed, records }: Weather): Promise<WeatherResult> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-weather-'));
  const faults = drawFaults(seed);
  const state = join(folder, 'account.sqlite');
  const machine = new VirtualClock(startMs, turns);
  const start = new Date(startMs).toISOString();
  const server = await openPracticeHubspot({
    state,
    account: movedInto,
    faults: { seed, faults },
    speed,
    start,
    machine,
  });
  try {
    const clock = new PracticeClock(machine, startMs, speed);
    const mover = new Mover({ server: server.url, folder, clock, records });
    const moved = await machine.run(mover.move());
    const happened = server.faultsHappened.reduce((sum, { times }) => sum + times, 0);
    const there = lookAt(state, records);
    await machine.run(mover.takeBack());
    const left = recordsLeft(state);
    return { faults: faults.map(({ kind }) => kind), happened, ...moved, ...there, left };
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}
