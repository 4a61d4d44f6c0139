import { expect, test } from 'vitest';
import { contextFor } from '../contract/contract-world.contract.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

test('objects and links that are looked at again are told as the whole account tells them; owners are always the same', async () => {
  await using account = await PracticeAccount.open();
  const address = { ...account.address, objects: ['companies', 'contacts', 'deals'] };
  await using system = await hubspot.open(address, contextFor('target'));
  const { inspects } = system;
  const whole = await inspects.inspect();
  const names = whole.relations.map(({ name }) => name).filter((name) => name !== 'owners');
  expect(names).toEqual(expect.arrayContaining([...address.objects, 'contacts_to_companies']));
  for (const name of names) {
    const again = await inspects.lookAgain?.(name);
    expect(again?.relations.filter((one) => one.name === name)).toEqual(
      whole.relations.filter((one) => one.name === name),
    );
    const around = (all: typeof whole.objects): typeof whole.objects =>
      all.filter((one) => one.relation === name);
    expect(around(again?.objects ?? [])).toEqual(around(whole.objects));
  }
  expect(await inspects.lookAgain?.('owners')).toBeNull();
});
