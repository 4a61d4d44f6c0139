import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openSignedIn } from './signed-in.contract.ts';

// Reported with parallel batches on one parent: https://github.com/forcedotcom/SFDX-Data-Move-Utility/issues/814
test('who writes children of one parent at the same time is refused its lock; in other families nobody is', async () => {
  await using signedIn = await openSignedIn({ speed: 50, org: { latency: { callMs: 60_000 } } });
  const parents = await Promise.all(
    ['A', 'B'].map(async (Name) =>
      wordOf((await signedIn.call('POST', 'sobjects/Account', { Name })).body['id']),
    ),
  );
  const child = async (parent: string | undefined) =>
    await signedIn.call('POST', 'composite/sobjects', {
      records: [1, 2].map((at) => ({
        attributes: { type: 'Contact' },
        LastName: `C${at}`,
        AccountId: parent,
      })),
    });
  const apart = await Promise.all(parents.map(child));
  expect(apart.map(({ body }) => body[1]?.['success'])).toEqual([true, true]);
  const first = child(parents[0]);
  const second = await Promise.all([first, child(parents[0])]);
  const errors = second.flatMap(({ body }) =>
    (body as unknown as { errors: object[] }[]).map(({ errors }) => errors[0]),
  );
  expect(errors.filter((error) => error === undefined)).toHaveLength(2);
  expect(errors.filter((error) => error !== undefined)).toEqual(
    [1, 2].map(() => ({
      statusCode: 'UNABLE_TO_LOCK_ROW',
      message: `unable to obtain exclusive access to this record or 1 records: ${parents[0]?.slice(0, 15)}`,
      fields: [],
    })),
  );
});

test('a call that takes no time holds nothing', async () => {
  await using signedIn = await openSignedIn();
  const parent = wordOf((await signedIn.call('POST', 'sobjects/Account', { Name: 'A' })).body['id']);
  const contact = { LastName: 'X', AccountId: parent };
  const replies = await Promise.all(
    [1, 2, 3, 4].map(() => signedIn.call('POST', 'sobjects/Contact', contact)),
  );
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
});
