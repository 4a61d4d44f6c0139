import { expect, test } from 'vitest';
import { contextFor } from '../contract/contract-world.contract.ts';
import { readAll } from '../contract/read-all.contract.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

const dayMs = 86_400_000;

interface State {
  readonly now: string;
  readonly system: { readonly calls: { readonly used: number; readonly refused: number } };
}

test('a read that needs the calls of several days waits for each midnight, and is over in seconds', async () => {
  const plenty = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000, search: { lagMs: 0 } };
  await using account = await PracticeAccount.open();
  await account.add(
    'contacts',
    Array.from({ length: 1_200 }, (_none, at) => ({ email: `p${at}@example.org` })),
  );
  // A new day with few calls, a second of the machine's long.
  await account.order('account', { ...plenty, callsADay: 10 });
  await account.order('clock', { advanceMs: dayMs });
  await account.order('clock', { speed: 86_400 });
  const stateOf = async () =>
    (await (await fetch(`${account.address.api}/__practice/state`)).json()) as State;
  const before = await stateOf();
  const address = { ...account.address, objects: ['contacts'], clock: 'practice' as const };
  await using system = await hubspot.open(address, contextFor('source'));
  const { rows } = await readAll(system, 'contacts');
  expect(rows.length).toBe(1_200);
  const after = await stateOf();
  expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThan(dayMs);
});
