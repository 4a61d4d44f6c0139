import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PracticeClock, systemClock, systemRandom } from '../../../src/host/index.ts';
import { parseAccount } from '../../../src/practice/hubspot/account-file.ts';
import { HubspotSystem } from '../../../src/practice/hubspot/hubspot-system.ts';
import type { PracticeRequest, PracticeSystem } from '../../../src/practice/practice-message.ts';
import { PracticeServer } from '../../../src/practice/practice-server.ts';
import { PracticeState } from '../../../src/practice/practice-state.ts';
import { lookAt, recordsLeft, type There } from './account-check.ts';
import { Mover, movedInto } from './mover.ts';

export interface KilledMoveOptions {
  readonly records: number;
  readonly killsMost: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface KilledMove extends There {
  /** The call of its life, and where in it, at which each kill fell. */
  readonly kills: readonly string[];
  /** Records and links that are left after the move was taken back. */
  readonly left: number;
}

const script = fileURLToPath(new URL('kill-child.ts', import.meta.url));
/** Opening an account and looking at it takes about a dozen calls, a move of 2,000 people about 90. */
const [callsLeast, callsMost] = [8, 70];

/**
 * Moves people into a practice account while the process that moves them is killed with SIGKILL again and again: at a call drawn
 * at random, before it is worked on, after that and before it is answered, or some moment later. Then the account's own file is
 * looked at, everything is taken back, and it is looked at again.
 */
export async function killAMove({ records, killsMost, random }: KilledMoveOptions): Promise<KilledMove> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-killed-'));
  const path = join(folder, 'account.sqlite');
  const struck = new Struck(path);
  const server = await PracticeServer.open({
    system: struck,
    clock: struck.clock,
    port: 0,
    script: { seed: 0, faults: [] },
    bodyMaxBytes: 64 * 1024 * 1024,
  });
  const kills: string[] = [];
  const moving = { server: server.url, folder, records };
  try {
    for (let ended = false; !ended; ) {
      const child = spawn(process.execPath, ['--no-warnings', script, server.url, folder, String(records)], {
        stdio: ['ignore', 'ignore', 'inherit'],
        // What its first life reads of the modules need not be read again by those after it.
        env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
      });
      if (kills.length < killsMost) struck.aim(child, kills.length, random);
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      if (signal === 'SIGKILL') kills.push(struck.where);
      else if (code !== 0) throw new Error(`the move ended with ${String(code ?? signal)}`);
      ended = signal !== 'SIGKILL';
    }
    const there = lookAt(path, records);
    const mover = new Mover({ ...moving, clock: struck.clock });
    await mover.takeBack();
    return { kills, ...there, left: recordsLeft(path) };
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An account that kills who calls it. */
class Struck implements PracticeSystem {
  readonly clock = new PracticeClock(systemClock, Date.parse(systemClock.now()), 20);
  readonly orders: readonly string[];
  readonly #account: HubspotSystem;
  #child: ChildProcess | null = null;
  #random: () => number = () => 0;
  #left = 0;
  where = '';

  constructor(path: string) {
    this.#account = new HubspotSystem({
      state: new PracticeState(path, 'hubspot'),
      clock: this.clock,
      random: systemRandom,
      account: parseAccount(movedInto, '(given)'),
    });
    this.orders = this.#account.orders;
  }

  /** Kills the child at a call drawn at random: of fewer, the more lives the move had, since fewer are left to it. */
  aim(child: ChildProcess, livesBefore: number, random: () => number): void {
    this.#child = child;
    this.#random = random;
    this.#left = callsLeast + Math.floor((random() * (callsMost - callsLeast)) / (1 + livesBefore));
    this.where = `call ${this.#left}`;
  }

  answer(request: PracticeRequest): ReturnType<HubspotSystem['answer']> {
    this.#left -= 1;
    const child = this.#left === 0 ? this.#child : null;
    if (child === null) return this.#account.answer(request);
    const moment = Math.floor(this.#random() * 3);
    const laterMs = Math.floor(this.#random() * 20);
    this.where +=
      [', before it was worked on', ', before it was answered', `, ${laterMs} ms later`][moment] ?? '';
    if (moment === 0) child.kill('SIGKILL');
    const answer = this.#account.answer(request);
    if (moment === 1) child.kill('SIGKILL');
    if (moment === 2) void delay(laterMs).then(() => child.kill('SIGKILL'));
    return answer;
  }

  order(name: string, content: unknown): unknown {
    return this.#account.order(name, content);
  }

  settle(): Promise<void> {
    return this.#account.settle();
  }

  [Symbol.dispose](): void {
    this.#account[Symbol.dispose]();
  }
}
