import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

const org = {
  objects: [
    {
      name: 'Account',
      fields: [{ name: 'Ext__c', type: 'string', length: 20, unique: true, externalId: true }],
    },
  ],
};
const account = (fields: object): object => ({ attributes: { type: 'Account' }, ...fields });
const count = async (signedIn: SignedIn, object = 'Account') =>
  (await signedIn.call('GET', `query?q=SELECT COUNT() FROM ${object}`)).body['totalSize'];

test('each record stands or falls alone, answered in its place', async () => {
  await using signedIn = await openSignedIn({ org });
  const records = [account({ Name: 'A' }), account({}), account({ Name: 'C' })];
  const { status, body } = await signedIn.call('POST', 'composite/sobjects', { records });
  expect(status).toBe(200);
  expect(body).toMatchObject([
    { success: true, errors: [] },
    {
      success: false,
      errors: [
        {
          statusCode: 'REQUIRED_FIELD_MISSING',
          message: 'Required fields are missing: [Name]',
          fields: ['Name'],
        },
      ],
    },
    { success: true, errors: [] },
  ]);
  expect(await count(signedIn)).toBe(2);
});

// REST API Developer Guide, Create Multiple Records with Fewer Round-Trips; the message as a public client quotes it.
test('with allOrNone one refusal takes the others back', async () => {
  await using signedIn = await openSignedIn({ org });
  const records = [account({ Name: 'A' }), account({})];
  const { body } = await signedIn.call('POST', 'composite/sobjects', { allOrNone: true, records });
  expect(body).toMatchObject([
    {
      success: false,
      errors: [
        {
          statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
          message:
            'Record rolled back because not all records were valid and the request was using AllOrNone header',
          fields: [],
        },
      ],
    },
    { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
  ]);
  expect(await count(signedIn)).toBe(0);
});

test('more than 200 records, and more than ten chunks, are refused', async () => {
  await using signedIn = await openSignedIn({ org });
  const many = Array.from({ length: 201 }, (_, at) => account({ Name: String(at) }));
  expect((await signedIn.call('POST', 'composite/sobjects', { records: many })).status).toBe(400);
  const contact = { attributes: { type: 'Contact' }, LastName: 'X' };
  const mixed = Array.from({ length: 11 }, (_, at) => (at % 2 === 0 ? account({ Name: 'X' }) : contact));
  expect((await signedIn.call('POST', 'composite/sobjects', { records: mixed })).status).toBe(400);
  expect((await signedIn.call('POST', 'composite/sobjects', { records: mixed.slice(1) })).status).toBe(200);
  expect(await count(signedIn)).toBe(5);
});

test('a name nobody knows, and a value of the wrong kind, refuse all of it', async () => {
  await using signedIn = await openSignedIn({ org });
  for (const body of [
    { records: [account({ Name: 'A' })], allOrNothing: true },
    { records: [account({ Name: 'A' }), account({ Name: 'B', NumberOfEmployees: 'many' })] },
  ])
    expect(await signedIn.call('POST', 'composite/sobjects', body)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'JSON_PARSER_ERROR' }],
    });
  expect(await count(signedIn)).toBe(0);
});

test('an upsert adds and changes by the external id; one id twice is refused both times', async () => {
  await using signedIn = await openSignedIn({ org });
  const upsert = async (...records: object[]) =>
    (await signedIn.call('PATCH', 'composite/sobjects/Account/Ext__c', { records: records.map(account) }))
      .body;
  expect(await upsert({ Ext__c: '1', Name: 'A' })).toMatchObject([{ success: true, created: true }]);
  const again = await upsert(
    { Ext__c: '1', Name: 'AA' },
    { Ext__c: '2', Name: 'B' },
    { Ext__c: '3', Name: 'C' },
    { Ext__c: '3', Name: 'CC' },
  );
  expect(again).toMatchObject([
    { success: true, created: false },
    { success: true, created: true },
    { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
    { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
  ]);
  expect(await count(signedIn)).toBe(2);
});

test('records are read, changed and deleted together', async () => {
  await using signedIn = await openSignedIn({ org });
  const made = await signedIn.call('POST', 'composite/sobjects', {
    records: ['A', 'B'].map((Name) => account({ Name })),
  });
  const [one, two] = [wordOf(made.body[0]?.['id']), wordOf(made.body[1]?.['id'])];
  const records = [account({ id: one, Name: 'AA' }), account({ id: '001Gp00000000zz', Name: 'X' })];
  expect((await signedIn.call('PATCH', 'composite/sobjects', { records })).body).toMatchObject([
    { id: one, success: true },
    { success: false, errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY' }] },
  ]);
  const read = { ids: [one, '001Gp00000000zz', two], fields: ['Name'] };
  expect((await signedIn.call('POST', 'composite/sobjects/Account', read)).body).toMatchObject([
    { Name: 'AA' },
    null,
    { Name: 'B' },
  ]);
  const removed = await signedIn.call('DELETE', `composite/sobjects?ids=${one},${two}&allOrNone=true`);
  expect(removed.body).toMatchObject([{ success: true }, { success: true }]);
  expect(await count(signedIn)).toBe(0);
});

test('parents are found by their external id', async () => {
  await using signedIn = await openSignedIn({ org });
  await signedIn.call('PATCH', 'sobjects/Account/Ext__c/7', { Name: 'Parent' });
  const contact = (key: string) => ({
    attributes: { type: 'Contact' },
    LastName: 'X',
    Account: { Ext__c: key },
  });
  const { body } = await signedIn.call('POST', 'composite/sobjects', {
    records: [contact('7'), contact('8')],
  });
  expect(body).toMatchObject([
    { success: true },
    {
      success: false,
      errors: [
        { statusCode: 'INVALID_FIELD', message: expect.stringContaining('Foreign key external ID: 8') },
      ],
    },
  ]);
});

test('the fault script fails and loses single records; the lost ones are said to be kept', async () => {
  const faults = {
    seed: 5,
    faults: [
      { kind: 'records-fail', path: 'composite/sobjects', records: 0.2 },
      { kind: 'records-lost', path: 'composite/sobjects', records: 0.2 },
    ],
  };
  await using signedIn = await openSignedIn({ org, faults });
  const records = Array.from({ length: 200 }, (_, at) => account({ Name: String(at) }));
  const { body } = await signedIn.call('POST', 'composite/sobjects', { records });
  const results = body as unknown as { success: boolean; errors: { statusCode: string }[] }[];
  const failed = results.filter(({ success }) => !success);
  expect(failed.length).toBeGreaterThan(20);
  expect(new Set(failed.map(({ errors }) => errors[0]?.statusCode))).toEqual(new Set(['UNABLE_TO_LOCK_ROW']));
  const kept = Number(await count(signedIn));
  expect(kept).toBeLessThan(200 - failed.length);
  expect(kept).toBeGreaterThan(100);
});
