import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PracticeClock, systemClock, systemRandom } from '../../../src/host/index.ts';
import { parseAccount } from '../../../src/practice/hubspot/account-file.ts';
import { HubspotSystem } from '../../../src/practice/hubspot/hubspot-system.ts';
import { PracticeServer } from '../../../src/practice/practice-server.ts';
import { PracticeState } from '../../../src/practice/practice-state.ts';
import { killLives } from '../kills/kill-lives.ts';
import { Struck } from '../kills/struck.ts';
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
/** Opening an account and looking at it takes about a dozen calls, a move of 2,000 people about 90: fewer, the more of it is done. */
const reach = { callsLeast: 8, callsMost: (livesBefore: number): number => 8 + 62 / (1 + livesBefore) };

/**
 * Moves people into a practice account while the process that moves them is killed again and again. Then the account's own file is
 * looked at, everything is taken back, and it is looked at again.
 */
export async function killAMove({ records, killsMost, random }: KilledMoveOptions): Promise<KilledMove> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-killed-'));
  const path = join(folder, 'account.sqlite');
  const clock = new PracticeClock(systemClock, Date.parse(systemClock.now()), 20);
  const struck = new Struck(
    new HubspotSystem({
      state: new PracticeState(path, 'hubspot'),
      clock,
      random: systemRandom,
      account: parseAccount(movedInto, '(given)'),
    }),
    reach,
  );
  const server = await PracticeServer.open({
    system: struck,
    clock,
    port: 0,
    script: { seed: 0, faults: [] },
    bodyMaxBytes: 64 * 1024 * 1024,
  });
  try {
    const args = [server.url, folder, String(records)];
    const kills = await killLives({ struck, script, args, folder, killsMost, random });
    const there = lookAt(path, records);
    const mover = new Mover({ server: server.url, folder, records, clock });
    await mover.takeBack();
    return { kills, ...there, left: recordsLeft(path) };
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}
