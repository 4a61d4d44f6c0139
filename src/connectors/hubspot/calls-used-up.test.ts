import { expect, test } from 'vitest';
import type { CallWait } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenContext } from '../port.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

const dayMs = 86_400_000;
const plenty = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000, search: { lagMs: 0 } };

test('calls of the day that are used up: what is left is told, who may not wait fails, also where the account itself refuses', async () => {
  await using account = await PracticeAccount.open();
  await account.order('account', { ...plenty, callsADay: 4 });
  await account.order('clock', { advanceMs: dayMs });
  await account.order('clock', { speed: dayMs / 600_000 });
  const told: (CallWait | null)[] = [];
  const context: OpenContext = { ...contextFor('source'), onWait: (wait) => told.push(wait) };
  const address = { ...account.address, objects: ['contacts'], clock: 'practice' as const };
  await using system = await hubspot.open(address, { ...context, callsWaitMostMs: 100 });
  // The call that asks which account it is, is not counted here: it looks like one of others, and room is left for those.
  const many = async (): Promise<void> => {
    for (let call = 0; call < 4; call += 1) await system.calls!.limits();
  };
  await expect(many()).rejects.toMatchObject({ code: 'http.quota-spent', fate: 'later' });
  const spent = told.at(-1)?.spent;
  expect(spent).toMatchObject({ limit: 4, rule: { kind: 'midnight' } });
  expect((spent?.used ?? 0) + (spent?.foreign ?? 0)).toBeGreaterThanOrEqual(4);
  expect(await system.watches!.read(new Set(['api-calls']))).toEqual({ apiCallsLeft: '0' });
  while ((await account.ask('GET', '/crm/v3/objects/contacts?limit=1').catch(() => null)) !== null);
  // It goes before anybody knows the account's day, so with none left the account refuses it.
  const late = hubspot.open({ ...address, quotas: ':memory:' }, { ...context, callsWaitMostMs: 100 });
  await expect(late).rejects.toMatchObject({ code: 'http.quota-spent', fate: 'later' });
  expect(told.at(-1)).toMatchObject({ spent: null, clock: 'practice' });
});
