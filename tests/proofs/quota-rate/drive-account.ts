import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client, DEFAULT_LIMITER_OPTIONS } from '@hubspot/api-client';
import { AccountApi } from '../../../src/connectors/hubspot/account-api.ts';
import { silentLog, systemRandom } from '../../../src/host/index.ts';
import { Secret } from '../../../src/model/index.ts';
import { openPracticeHubspot } from '../../../src/practice/index.ts';
import { VirtualClock } from './virtual-clock.ts';
import { virtualTimers } from './virtual-timers.ts';

export interface AccountCase {
  /** Calls in any 10 seconds that the account bears. */
  readonly limit: number;
  readonly calls: number;
}

export interface AccountResult {
  /** Calls that the account let in, and those it refused as too many. */
  readonly accepted: number;
  readonly refused: number;
  /** Records that are not there, and that are there twice, by the account's own file. */
  readonly lost: number;
  readonly doubled: number;
  readonly seconds: number;
  /** Of what the limit gives, in percent. */
  readonly usedPercent: number;
  readonly refusedPercent: number;
}

/** Makes the record of that number; throws where it could not. */
type Making = (number: number) => Promise<void>;
/** What the calls go through: opened once, then asked for one record after the other. */
type OpenClient = (address: string, machine: VirtualClock, folder: string) => Promise<Opened>;
interface Opened {
  readonly make: Making;
  readonly close: () => Promise<void>;
}

const startMs = Date.parse('2026-11-22T09:00:00Z');
/** Turns of the event loop in which a call between two sockets of this process is through, and calls that are asked for at once. */
const [turns, together] = [64, 24];
const path = '/crm/v3/objects/contacts';
const given = (number: number): { readonly properties: Record<string, string> } => ({
  properties: { email: `p${number}@example.org` },
});

/** Through the API of the HubSpot shelf, which every command's calls go through, with the time of the practice system. */
export async function driveConnector(one: AccountCase): Promise<AccountResult> {
  return await drive(one, async (api, machine, folder) => {
    const address = {
      api,
      signIn: { by: 'access-token', token: new Secret('pat-practice') },
      objects: ['contacts'],
      archived: false,
      share: 1,
      quotas: join(folder, 'quotas.sqlite'),
      state: folder,
      clock: 'practice',
    } as const;
    const account = await AccountApi.open(address, {
      name: 'rate',
      role: 'target',
      clock: machine,
      random: systemRandom,
      log: silentLog,
      seal: null,
      signal: new AbortController().signal,
    });
    return {
      make: async (number) => {
        const content = given(number);
        const result = await account.send({ method: 'POST', path, content, label: 'create', repeat: 'once' });
        if (result.kind === 'unknown' || result.answer.status !== 201) throw new Error(`no record ${number}`);
      },
      close: async () => await account[Symbol.asyncDispose](),
    };
  });
}

/**
 * A plain loop with the vendor's own client for Node and its own limiter.
 *
 * @param tuned its limiter set to the account's limit and three retries, in place of its default
 */
export async function driveOfficialClient(one: AccountCase, tuned: boolean): Promise<AccountResult> {
  const set = tuned
    ? {
        limiterOptions: { minTime: 10_000 / one.limit, maxConcurrent: 6 },
        numberOfApiCallRetries: 3 as const,
      }
    : { limiterOptions: DEFAULT_LIMITER_OPTIONS };
  return await drive(one, async (api, machine) => {
    const timers = virtualTimers(machine);
    const client = new Client({ accessToken: 'pat-practice', basePath: api, ...set });
    return {
      make: async (number) =>
        await withoutAnswer(client.crm.contacts.basicApi.create({ ...given(number), associations: [] })),
      close: async () => timers[Symbol.dispose](),
    };
  });
}

const withoutAnswer = async (call: Promise<unknown>): Promise<void> => {
  await call;
};

async function drive({ limit, calls }: AccountCase, open: OpenClient): Promise<AccountResult> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-rate-'));
  const state = join(folder, 'account.sqlite');
  const machine = new VirtualClock(startMs, turns);
  const start = new Date(startMs).toISOString();
  const account = { callsPerTenSeconds: limit, latency: { callMs: 100 } };
  const server = await openPracticeHubspot({ state, account, start, machine });
  try {
    const work = async (): Promise<number> =>
      await sendAll(await open(server.url, machine, folder), calls, machine);
    const took = await machine.run(work());
    return resultOf(state, { limit, calls, tookMs: took });
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns how long it took, in the virtual clock's milliseconds */
async function sendAll({ make, close }: Opened, calls: number, machine: VirtualClock): Promise<number> {
  const fromMs = machine.nowMs();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < calls) {
      next += 1;
      // A plain loop goes on: what is lost is found in the account.
      await make(next).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  const tookMs = machine.nowMs() - fromMs;
  await close();
  return tookMs;
}

/** Plain SQL on the account's own file. */
function resultOf(
  state: string,
  { limit, calls, tookMs }: AccountCase & { readonly tookMs: number },
): AccountResult {
  const file = new DatabaseSync(state, { readOnly: true });
  const number = (sql: string): number => Number(file.prepare(sql).get()?.['n'] ?? 0);
  const [accepted, refused] = [
    number('SELECT sum(calls) AS n FROM days'),
    number('SELECT sum(refused) AS n FROM days'),
  ];
  const emails = "json_extract(properties, '$.email')";
  const there = number(`SELECT count(DISTINCT ${emails}) AS n FROM records`);
  const doubled = number('SELECT count(*) AS n FROM records') - there;
  file.close();
  // A window more than the time: the first one may be used at once.
  const permitted = limit * (tookMs / 10_000 + 1);
  return {
    accepted,
    refused,
    lost: calls - there,
    doubled,
    seconds: Math.round(tookMs / 1_000),
    usedPercent: Number(((100 * accepted) / permitted).toFixed(2)),
    refusedPercent: Number(((100 * refused) / (accepted + refused)).toFixed(3)),
  };
}
