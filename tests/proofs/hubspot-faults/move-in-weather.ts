import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PracticeClock } from '../../../src/host/index.ts';
import { openPracticeHubspot } from '../../../src/practice/index.ts';
import { OwnSockets } from '../quota-rate/own-sockets.ts';
import { VirtualClock } from '../quota-rate/virtual-clock.ts';
import { type Befallen, untilEnoughBefell } from '../weather/befallen.ts';
import { drawScript } from '../weather/draw-script.ts';
import { lookAt, recordsLeft, type There } from './account-check.ts';
import { Mover, movedInto } from './mover.ts';
import { skiesOf } from './skies.ts';

export interface Weather {
  readonly seed: number;
  readonly people: number;
  /** Signed in by OAuth, whose tokens end, and not by the token of a private app. */
  readonly byOauth: boolean;
}

export interface WeatherResult extends There, Befallen {
  /** Records that the account refused, and links that lack one of them. */
  readonly refused: number;
  /** Records that are left after the run was taken back. */
  readonly left: number;
}

const startMs = Date.parse('2026-11-22T09:00:00Z');
/** Turns of the event loop in which what came over a socket is worked on, with plenty to spare. */
const turns = 64;
/** A practice clock looks at its machine's 20 times a second: the sleeps of a second are one look long. */
const speed = 1_000;
/**
 * Moves companies, people and their links into a practice account in bad weather, begins again whenever an error says that it may
 * pass, looks at the account's own file by plain SQL, takes everything back, and looks again. Time passes here and at the account when
 * nobody has anything to do: waiting costs nothing.
 */
export async function moveInWeather(weather: Weather): Promise<WeatherResult & { readonly drawing: number }> {
  return await untilEnoughBefell(async (drawing) => await moveOnce(weather, drawing), isRight);
}

async function moveOnce({ seed, people, byOauth }: Weather, drawing: number): Promise<WeatherResult> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-weather-'));
  const state = join(folder, 'account.sqlite');
  const faults = { seed, faults: drawScript(skiesOf(byOauth), seed, drawing) };
  using sockets = new OwnSockets();
  const machine = new VirtualClock(startMs, turns, sockets);
  const start = new Date(startMs).toISOString();
  const server = await openPracticeHubspot({ state, account: movedInto, faults, speed, start, machine });
  const clock = new PracticeClock(machine, startMs, speed);
  const mover = new Mover({ server: server.url, folder, clock, records: people, byOauth });
  try {
    await machine.run(mover.move());
    const onTheWay = server.faultsHappened;
    const { told } = mover;
    const there = lookAt(state, people, told);
    await machine.run(mover.takeBack());
    const { restarts } = mover;
    const refused = told.companies.size + told.people.size + told.links.size;
    const left = recordsLeft(state);
    return { ...there, refused, left, restarts, onTheWay, inAll: server.faultsHappened };
  } finally {
    await mover.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Everything is there once, as it was sent, and gone once it was taken back. What is not there is what the account refused: only where
 * the script lets records fail.
 */
export function isRight(result: WeatherResult): boolean {
  const { doubled, missing, altered, linksMissing, toldWrongly, left, refused, onTheWay } = result;
  const mayRefuse = onTheWay.some(({ kind, times }) => kind === 'records-fail' && times > 0);
  return (
    doubled + missing + altered + linksMissing + toldWrongly + left === 0 && (refused === 0 || mayRefuse)
  );
}
