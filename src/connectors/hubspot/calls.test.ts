import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { writeRows } from '../contract/write-slices.contract.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

const unique = { properties: [{ name: 'legacy_id', unique: true }] };
const told = { objects: ['companies', 'contacts'].map((name) => ({ name, ...unique })) };
const people = 720;

interface State {
  readonly system: { readonly calls: { readonly used: number } };
}

test('as many calls as predicted are counted by the account, and as many are told', async () => {
  await using account = await PracticeAccount.open(told);
  let left = 0;
  const onCall = (): void => {
    left += 1;
  };
  const address = { ...account.address, objects: ['companies', 'contacts'] };
  await using system = await hubspot.open(address, { ...contextFor('target'), onCall });
  const [records, links] = [
    await relationIn(system, 'contacts'),
    await relationIn(system, 'contacts_to_companies'),
  ];
  const stateOf = async () =>
    (await (await fetch(`${account.address.api}/__practice/state`)).json()) as State;
  const during = async (work: () => Promise<unknown>): Promise<readonly [number, number]> => {
    const [used, told] = [(await stateOf()).system.calls.used, left];
    await work();
    return [(await stateOf()).system.calls.used - used, left - told];
  };
  const rows = Array.from({ length: people }, (_none, at): Row => [String(at), `person ${at}`]);
  const wanted = { fields: ['legacy_id', 'firstname'], rows, key: ['hs_object_id'], captureIds: true };
  // Writing looks at the account's structure first, as a command does once.
  const [looking] = await during(() => system.inspects.inspect());
  const toWrite = system.calls!.toWrite(records, people, people);
  expect(toWrite).toBe(24);
  const written = toWrite + looking;
  expect(await during(() => writeRows(system, 'contacts', wanted))).toEqual([written, written]);

  const [company = ''] = await account.add('companies', [{ name: 'Northwind' }]);
  const ids = (await account.records('contacts', ['legacy_id'])).map((one) => one['hs_object_id'] ?? null);
  const ends = { fields: ['from_id', 'to_id'], key: ['from_id', 'to_id'], captureIds: false, slice: 1 };
  const linking = { ...ends, rows: ids.map((id): Row => [id, company]) };
  const toLink = system.calls!.toWrite(links, people, people);
  expect(toLink).toBe(6);
  const linked = toLink + looking;
  expect(await during(() => writeRows(system, 'contacts_to_companies', linking))).toEqual([linked, linked]);

  await using snapshot = await system.reads.snapshot();
  for (const relation of [records, links]) {
    const toRead = system.calls!.toRead(relation, people, people);
    const made = await during(async () => {
      for await (const slice of snapshot.split(relation, 100_000))
        for await (const _batch of snapshot.read(relation, slice));
    });
    expect(made).toEqual([toRead, toRead]);
  }
});

test('the limits are those the account tells', async () => {
  const small = { ...told, callsPerTenSeconds: 150, callsADay: 5_000 };
  await using account = await PracticeAccount.open(small);
  const address = { ...account.address, objects: ['contacts'] };
  await using system = await hubspot.open(address, contextFor('source'));
  expect(await system.calls!.limits()).toEqual([
    { name: 'ten seconds', calls: 150, everyMs: 10_000, left: expect.any(Number) },
    { name: 'a day', calls: 5_000, everyMs: 86_400_000, left: expect.any(Number) },
  ]);
});
