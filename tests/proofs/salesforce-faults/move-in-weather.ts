import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PracticeClock } from '../../../src/host/index.ts';
import { openPracticeSalesforce } from '../../../src/practice/index.ts';
import { OwnSockets } from '../quota-rate/own-sockets.ts';
import { VirtualClock } from '../quota-rate/virtual-clock.ts';
import { type Befallen, untilEnoughBefell } from '../weather/befallen.ts';
import { drawScript } from '../weather/draw-script.ts';
import { checkOrg, type OrgCheck, recordsLeft } from './check-org.ts';
import { OrgMove } from './org-move.ts';
import { skiesOf } from './skies.ts';

export interface Weather {
  readonly seed: number;
  readonly contacts: number;
  /** With so few calls left, and slices so large, that contacts go by bulk jobs. */
  readonly inBulk: boolean;
}

export interface WeatherResult extends OrgCheck, Befallen {
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
export async function moveInWeather(weather: Weather): Promise<WeatherResult & { readonly drawing: number }> {
  return await untilEnoughBefell(async (drawing) => await moveOnce(weather, drawing), isRight);
}

async function moveOnce({ seed, contacts, inBulk }: Weather, drawing: number): Promise<WeatherResult> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-org-weather-'));
  const state = join(folder, 'org.sqlite');
  const faults = { seed, faults: drawScript(skiesOf(inBulk), seed, drawing) };
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
    const onTheWay = server.faultsHappened;
    const there = checkOrg(state, contacts);
    await machine.run(move.takeBack());
    const { restarts, refused, whyRefused, whyLeft } = move;
    const left = recordsLeft(state);
    const inAll = server.faultsHappened;
    return { ...there, restarts, refused, whyRefused, left, whyLeft, onTheWay, inAll };
  } finally {
    await move.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything is there once, as it was sent, and gone once it was taken back. */
export const isRight = ({ doubled, missing, altered, linksWrong, refused, left }: WeatherResult): boolean =>
  doubled + missing + altered + linksWrong + refused + left === 0;
