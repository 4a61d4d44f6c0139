import { expect, test } from 'vitest';
import type { CallWait } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenContext } from '../port.ts';
import { salesforce } from './index.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const dayMs = 86_400_000;

/** An org with so few calls a day, of which none was made yet, in a time of which a day is that long here. */
async function scarce(callsADay: number, dayHereMs: number): Promise<PracticeOrg> {
  const org = await PracticeOrg.open();
  const order = async (name: string, content: object): Promise<void> => {
    const body = JSON.stringify(content);
    await fetch(`${org.address.instance}/__practice/${name}`, { method: 'POST', body });
  };
  await order('org', { callsADay, sessionMinutes: 1_000_000 });
  await order('clock', { advanceMs: 2 * dayMs });
  await order('clock', { speed: dayMs / dayHereMs });
  return org;
}

const addressOf = ({ address }: PracticeOrg) => ({
  ...address,
  objects: ['Account'],
  clock: 'practice' as const,
});

test('whoever opened it is told what its calls wait for, in both times, and when they go on', async () => {
  await using org = await scarce(3, 1_000);
  const told: (CallWait | null)[] = [];
  const context: OpenContext = { ...contextFor('source'), onWait: (wait) => told.push(wait) };
  await using system = await salesforce.open(addressOf(org), context);
  for (let call = 0; call < 5; call += 1) await system.calls!.limits();
  expect(told[0]).toMatchObject({
    spent: { used: 3, foreign: 0, limit: 3, rule: { kind: 'rolling', windowMs: dayMs } },
    clock: 'practice',
    speed: 86_400,
  });
  expect(told[0]?.machineMs).toBeGreaterThan(300);
  expect(told[0]?.machineMs).toBeLessThan(1_100);
  expect(told.filter((one) => one === null).length).toBeGreaterThan(0);
  expect(told.at(-1)).toBeNull();
});

test('who may not wait fails at once; who gives up waiting too, and what needs no waiting is done', async () => {
  await using org = await scarce(3, 600_000);
  const given = new AbortController();
  const context = { ...contextFor('source'), giveUpWaiting: given.signal };
  await using hasty = await salesforce.open(addressOf(org), { ...context, callsWaitMostMs: 100 });
  await hasty.calls!.limits();
  await hasty.calls!.limits();
  await expect(hasty.calls!.limits()).rejects.toMatchObject({ code: 'http.quota-spent', fate: 'later' });
  // What is left is told all the same: a rule about it has to see something while the run waits.
  expect(await hasty.watches!.read(new Set(['api-calls']))).toEqual({ apiCallsLeft: '0' });
  const { address } = org;
  await fetch(`${address.instance}/__practice/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceMs: 2 * dayMs }),
  });
  await using patient = await salesforce.open({ ...addressOf(org), quotas: ':memory:' }, context);
  await patient.calls!.limits();
  await patient.calls!.limits();
  const waits = patient.calls!.limits();
  const why = new Error('asked to stop');
  setTimeout(() => given.abort(why), 50);
  await expect(waits).rejects.toBe(why);
  expect(await patient.watches!.read(new Set(['api-calls']))).toEqual({ apiCallsLeft: '0' });
});
