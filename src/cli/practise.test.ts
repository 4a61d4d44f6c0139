import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'godwit-practise-'));
afterAll(() => rmSync(folder, { recursive: true }));
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const state = join(folder, 'state.sqlite');
const org = join(folder, 'org.yaml');
writeFileSync(org, 'callsADay: 5000\n');

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(...flags: string[]): Promise<Started> {
  const words = ['practice', 'salesforce', '--state', state, '--org', org, ...flags];
  return await startVendor(words);
}

async function startVendor(verb: readonly string[]): Promise<Started> {
  const words = [...verb, '--port', '0', '--json'];
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.trimEnd().endsWith('}')) break;
  }
  return { child, url: (JSON.parse(text) as { url: string }).url };
}

async function end({ child }: Started, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  return code;
}

async function signIn(url: string): Promise<Record<string, string>> {
  const grant = { grant_type: 'client_credentials', client_id: 'practice', client_secret: 'practice-secret' };
  const reply = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  const { access_token } = (await reply.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
}

test('what was answered is there after kill -9; Ctrl-C ends it', async () => {
  const first = await start();
  const headers = await signIn(first.url);
  let answered = 0;
  const writing = (async () => {
    for (;;) {
      const body = JSON.stringify({ Name: 'A' });
      await fetch(`${first.url}/services/data/v62.0/sobjects/Account`, { method: 'POST', headers, body });
      answered += 1;
    }
  })().catch(() => 'broken');
  for (;;) {
    if (answered >= 30) break;
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  await end(first, 'SIGKILL');
  expect(await writing).toBe('broken');
  const second = await start();
  // The session lasts: tokens are kept too.
  const asked = await fetch(`${second.url}/services/data/v62.0/query?q=SELECT+COUNT()+FROM+Account`, {
    headers,
  });
  const { totalSize } = (await asked.json()) as { totalSize: number };
  expect(totalSize).toBeGreaterThanOrEqual(answered);
  expect(totalSize).toBeLessThanOrEqual(answered + 1);
  const used = Number(/api-usage=(\d+)\/5000/.exec(asked.headers.get('sforce-limit-info') ?? '')?.[1]);
  expect(used).toBeGreaterThanOrEqual(totalSize + 1);
  expect(used).toBeLessThanOrEqual(totalSize + 2);
  expect(await end(second, 'SIGINT')).toBe(0);
});

test('a practice HubSpot keeps what it answered too', async () => {
  const words = ['practice', 'hubspot', '--state', join(folder, 'hubspot.sqlite')];
  const headers = { authorization: 'Bearer pat-practice', 'content-type': 'application/json' };
  const body = JSON.stringify({ properties: { email: 'a@example.com' } });
  const make = async ({ url }: Started) =>
    (await fetch(`${url}/crm/v3/objects/contacts`, { method: 'POST', headers, body })).status;
  const first = await startVendor(words);
  expect(await make(first)).toBe(201);
  await end(first, 'SIGKILL');
  const second = await startVendor(words);
  expect(await make(second)).toBe(409);
  expect(await end(second, 'SIGINT')).toBe(0);
});
