import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PracticeClock, systemClock, systemRandom } from '../../../src/host/index.ts';
import { PracticeServer } from '../../../src/practice/practice-server.ts';
import { PracticeState } from '../../../src/practice/practice-state.ts';
import { parseOrg } from '../../../src/practice/salesforce/org-file.ts';
import { SalesforceSystem } from '../../../src/practice/salesforce/salesforce-system.ts';
import { killLives } from '../kills/kill-lives.ts';
import { Struck } from '../kills/struck.ts';
import { checkOrg, type OrgCheck, recordsLeft } from './check-org.ts';
import { orgObjects } from './move-in-weather.ts';
import { OrgMove } from './org-move.ts';

export interface KilledOrgMoveOptions {
  readonly contacts: number;
  /** With so few calls left, and slices so large, that contacts go by bulk jobs. */
  readonly inBulk: boolean;
  readonly killsMost: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface KilledOrgMove extends OrgCheck {
  /** The call of its life, and where in it, at which each kill fell. */
  readonly kills: readonly string[];
  /** Records that are left after the move was taken back. */
  readonly left: number;
}

const script = fileURLToPath(new URL('kill-child.ts', import.meta.url));
/** Opening an org takes half a dozen calls, a move of 2,000 contacts about 90: fewer, the more of it is done. */
const reach = { callsLeast: 4, callsMost: (livesBefore: number): number => 4 + 82 / (1 + livesBefore) };
/** One bulk job is most of it, and who finds it lost asks about as often. */
const bulkReach = { callsLeast: 4, callsMost: (): number => 23 };

/**
 * Moves accounts and contacts into a practice org while the process that moves them is killed again and again. Then the org's own
 * file is looked at, everything is taken back, and it is looked at again.
 */
export async function killAnOrgMove(options: KilledOrgMoveOptions): Promise<KilledOrgMove> {
  const { contacts, inBulk, killsMost, random } = options;
  const folder = mkdtempSync(join(tmpdir(), 'godwit-killed-'));
  const path = join(folder, 'org.sqlite');
  const rowsPerSlice = inBulk ? 2_000 : 100;
  const clock = new PracticeClock(systemClock, Date.parse(systemClock.now()), 20);
  const org = parseOrg({ objects: orgObjects, ...(inBulk ? { callsADay: 900 } : {}) }, '(given)');
  const state = new PracticeState(path, 'salesforce');
  const system = new SalesforceSystem({ state, clock, random: systemRandom, org });
  const struck = new Struck(system, inBulk ? bulkReach : reach);
  const calm = { seed: 0, faults: [] };
  const bodyMaxBytes = 160 * 1024 * 1024;
  const server = await PracticeServer.open({ system: struck, clock, port: 0, script: calm, bodyMaxBytes });
  try {
    const args = [server.url, folder, String(contacts), String(rowsPerSlice)];
    const kills = await killLives({ struck, script, args, folder, killsMost, random });
    const there = checkOrg(path, contacts);
    const move = new OrgMove({ instance: server.url, folder, contacts, rowsPerSlice, clock });
    await move.takeBack();
    await move.close();
    return { kills, ...there, left: recordsLeft(path) };
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}
