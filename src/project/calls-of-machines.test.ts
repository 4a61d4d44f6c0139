import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import type { OpenedSchema } from '../connectors/postgres/opened-schema.contract.ts';
import { openPracticeHubspot, openPracticeSalesforce, type PracticeServer } from '../practice/index.ts';
import type { Said } from './look-again.contract.ts';

/** Two processes of one project, each in a folder of its own as on a machine of its own, and the accounts they share. */
const script = fileURLToPath(new URL('look-again.contract.ts', import.meta.url));
const callsADay = 40;

const machines: Machine[] = [];
afterEach(async () => {
  await Promise.all(machines.splice(0).map(async (machine) => machine.end()));
});

class Machine {
  isOpen = false;
  readonly outcomes: string[] = [];
  readonly waitsFor = new Set<string>();
  readonly #folder = mkdtempSync(join(tmpdir(), 'godwit-machine-'));
  readonly #process: ChildProcess;

  constructor(settings: string, password: string) {
    writeFileSync(join(this.#folder, 'godwit.yaml'), settings);
    const env = { ...process.env, HUB: 'pat-practice', ORG: 'practice-secret', KEPT: password };
    const child = spawn(process.execPath, ['--no-warnings', script, this.#folder], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as Said;
      if ('open' in said) this.isOpen = true;
      else if ('outcome' in said) this.outcomes.push(said.outcome);
      else this.waitsFor.add(said.waitsFor.replace(/^(\w+).*\//, '$1 '));
    });
    this.#process = child;
    machines.push(this);
  }

  get gone(): boolean {
    return this.#process.exitCode !== null;
  }

  begin(): void {
    this.#process.stdin?.write('begin\n');
  }

  async end(): Promise<void> {
    if (!this.gone) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'close');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** In which it is about noon, so that no day ends meanwhile. */
function zoneAtNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  return ahead >= 0 ? `Etc/GMT-${ahead}` : `Etc/GMT+${-ahead}`;
}

async function callsOf({ url }: PracticeServer): Promise<number> {
  const told = (await (await fetch(`${url}/__practice/state`)).json()) as {
    readonly system: { readonly calls: { readonly used: number } };
  };
  return told.system.calls.used;
}

function settingsFor(hub: PracticeServer, org: PracticeServer, { address }: OpenedSchema): string {
  const { host, port, database, user, schema } = address;
  const kept = `{ kind: postgres, host: ${host}, port: ${port}, database: ${database}, schema: '${schema}', user: ${user},
    password_env: KEPT, tls: off }`;
  return `format: 1
project: shared
systems:
  source: { kind: hubspot, api: '${hub.url}', sign_in: { by: access-token, token_env: HUB }, objects: [contacts] }
  target: { kind: salesforce, instance: '${org.url}', objects: [Account],
    sign_in: { by: client-credentials, client_id: practice, secret_env: ORG } }
ledger: ${kept}
journal: ${kept}
`;
}

onOneServer('calls of several machines', (server) => {
  test('two processes use up the calls that a day has, together: none is refused, and all are in one book', async () => {
    await using kept = await server.open('SELECT 1');
    const account = { callsADay, callsPerTenSeconds: 100_000, zone: zoneAtNoon() };
    await using hub = await openPracticeHubspot({ state: ':memory:', account });
    await using org = await openPracticeSalesforce({ state: ':memory:', org: { callsADay } });
    const settings = settingsFor(hub, org, kept);
    const both = [0, 1].map(() => new Machine(settings, kept.address.password?.reveal() ?? ''));
    const charged = async (vendor: string): Promise<number> => {
      const [[units]] = (await kept.ask(
        `SELECT coalesce(sum(units), 0) FROM (SELECT quota, units FROM godwit_quota_used UNION ALL
           SELECT quota, units FROM godwit_quota_held) AS charged WHERE quota LIKE '${vendor}/%/day'`,
      )) as [[string]];
      return Number(units);
    };
    const days = ['hubspot day', 'salesforce day'];
    const wait = ({ waitsFor }: Machine): boolean => days.every((day) => waitsFor.has(day));
    const until = async (holds: (machine: Machine) => boolean): Promise<void> => {
      while (!both.every(holds)) {
        expect(both.map(({ gone }) => gone)).toEqual([false, false]);
        await delay(20);
      }
    };
    // The call that asks which account it is cannot know the account's day: with none left it would be refused.
    await until(({ isOpen }) => isOpen);
    for (const machine of both) machine.begin();
    await until(wait);
    const [ofHub, ofOrg] = [await callsOf(hub), await callsOf(org)];
    expect(ofHub).toBeLessThanOrEqual(callsADay);
    expect(ofOrg).toBeLessThanOrEqual(callsADay);
    // But for the two that asked which account it is.
    expect(await charged('hubspot')).toBeGreaterThanOrEqual(ofHub - 2);
    expect(await charged('salesforce')).toBeGreaterThanOrEqual(ofOrg);
    for (const { outcomes } of both) {
      expect(outcomes).toContain('answered');
      expect(outcomes).not.toContain('throttled');
    }
  });
});
