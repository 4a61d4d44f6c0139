import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { readAll } from '../contract/read-all.contract.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const dayMs = 86_400_000;

test('a read that needs the calls of several days waits for them to come back, and is over in seconds', async () => {
  await using org = await PracticeOrg.open();
  const accounts = Array.from({ length: 2_300 }, (_none, at): Row => [`account ${at}`, String(at)]);
  await org.add('Account', ['Name', 'AccountNumber'], accounts);
  const told = async (name: string, content?: object) => {
    const order = content === undefined ? {} : { method: 'POST', body: JSON.stringify(content) };
    const answer = await fetch(`${org.address.instance}/__practice/${name}`, order);
    return (await answer.json()) as { readonly now: string };
  };
  // From now on few calls, and a day a second of the machine's long.
  await told('org', { callsADay: 2, sessionMinutes: 1_000_000 });
  await told('clock', { advanceMs: 2 * dayMs });
  await told('clock', { speed: 86_400 });
  const now = async () => Date.parse((await told('state')).now);
  const before = await now();
  const address = { ...org.address, objects: ['Account'], clock: 'practice' as const };
  await using system = await salesforce.open(address, contextFor('source'));
  const { rows } = await readAll(system, 'Account');
  expect(rows.length).toBe(2_300);
  expect((await now()) - before).toBeGreaterThan(dayMs);
  expect(await told('state')).toMatchObject({ system: { calls: { most: 2 } } });
});
