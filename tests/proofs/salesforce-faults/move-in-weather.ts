import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PracticeClock } from '../../../src/host/index.ts';
import { openPracticeSalesforce } from '../../../src/practice/index.ts';
import { OwnSockets } from '../quota-rate/own-sockets.ts';
import { VirtualClock } from '../quota-rate/virtual-clock.ts';
import { checkOrg, type OrgCheck, recordsLeft } from './check-org.ts';
import { drawFaults } from './draw-faults.ts';
import { OrgMove } from './org-move.ts';

export interface Weather {
  readonly seed: number;
  readonly contacts: number;
  /** With so few calls left, and slices so large, that contacts go by bulk jobs. */
  readonly inBulk: boolean;
}

export interface WeatherResult extends OrgCheck {
  /** How often each fault of the script came about. */
  readonly happened: readonly { readonly kind: string; readonly times: number }[];
  /** How often it began again with new connections. */
  readonly restarts: number;
  readonly refused: number;
  readonly whyRefused: readonly string[];
  /** Records that are there after everything was taken back. */
  readonly left: number;
  readonly whyLeft: readonly string[];
}

const startMs = Date.parse('2026-11-22T09:00:00Z');
/** Turns of the event loop in which what came over a socket is worked on, with plenty to spare. */
const turns = 64;
/** A practice clock looks at its machine's 20 times a second: the sleeps of a second are one look long. */
const speed = 1_000;
const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };
/** What a practice org is made of for such a move. */
export const orgObjects: readonly object[] = ['Account', 'Contact'].map((name) => ({
  name,
  fields: [legacy],
}));

/**
 * A move into a practice org that a script of faults befalls, looked at in the org's own file; then everything back, in the same
 * weather. Time passes here and at the org when nobody has anything to do: waiting costs nothing.
 */
export async function moveInWeather({ seed, contacts, inBulk }: Weather): Promise<WeatherResult> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-org-weather-'));
  const state = join(folder, 'org.sqlite');
  const faults = { seed, faults: drawFaults(seed, inBulk) };
  const org = { objects: orgObjects, ...(inBulk ? { callsADay: 900 } : {}) };
  using sockets = new OwnSockets();
  const machine = new VirtualClock(startMs, turns, sockets);
  const start = new Date(startMs).toISOString();
  const server = await openPracticeSalesforce({ state, org, faults, speed, start, machine });
  const clock = new PracticeClock(machine, startMs, speed);
  const move = new OrgMove({
    instance: server.url,
    folder,
    contacts,
    clock,
    rowsPerSlice: inBulk ? 2_000 : 500,
  });
  try {
    await machine.run(move.move());
    const there = checkOrg(state, contacts);
    await machine.run(move.takeBack());
    const { restarts, refused, whyRefused, whyLeft } = move;
    const left = recordsLeft(state);
    return { ...there, restarts, refused, whyRefused, left, whyLeft, happened: server.faultsHappened };
  } finally {
    await move.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything is there once, as it was sent, and gone once it was taken back. */
export const isRight = ({ doubled, missing, altered, linksWrong, refused, left }: WeatherResult): boolean =>
  doubled + missing + altered + linksWrong + refused + left === 0;
