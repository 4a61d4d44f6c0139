import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { readAll } from '../contract/read-all.contract.ts';
import { cut, keysOf, ReadOrg, readSlices } from './read-in-bulk.contract.ts';

const count = 20_500;
const accounts = Array.from({ length: count }, (_none, at): Row => [`account ${at}`, String(at)]);

test('slices of the usual size go by a job; a whole object where few calls are left', async () => {
  await using world = await ReadOrg.open('Account');
  await world.org.add('Account', ['Name', 'AccountNumber'], accounts);
  const expected = await world.inPages();
  expect(world.calls).not.toContain('make bulk query job');
  world.calls.length = 0;
  const sliced = await readSlices(await cut(await world.system(), 'Account', 5_000));
  expect(sliced).toEqual(expected);
  expect(world.calls.filter((label) => label === 'read Account').length).toBe(1);
  await world.org.define([], { callsADay: 1_000, bulk: { queueMs: 0, recordMs: 0 } });
  world.calls.length = 0;
  const { rows } = await readAll(await world.system(), 'Account');
  expect(rows).toEqual(expected);
  expect(keysOf(rows)).toBe(count);
  expect(world.calls).toContain('make bulk query job');
  expect(world.calls.filter((label) => label === 'read Account').length).toBe(1);
});
