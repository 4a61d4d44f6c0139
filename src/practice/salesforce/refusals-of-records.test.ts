import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

const org = {
  users: [{ name: 'gone@example.com', email: 'gone@example.com', active: false }],
  objects: [
    {
      name: 'Contact',
      fields: [
        { name: 'Race__c', label: 'Race', type: 'picklist', values: ['A', 'B'], restricted: true },
        { name: 'Land__c', type: 'picklist', values: ['SE', 'NO'] },
        {
          name: 'Town__c',
          label: 'Town',
          type: 'picklist',
          controller: 'Land__c',
          values: [
            { value: 'Lund', under: ['SE'] },
            { value: 'Oslo', under: ['NO'] },
          ],
        },
        { name: 'Free__c', type: 'picklist', values: ['A'] },
        { name: 'Ext__c', type: 'string', length: 20, unique: true, externalId: true },
        { name: 'Key__c', type: 'string', length: 20, externalId: true },
      ],
    },
  ],
  duplicateRules: [{ object: 'Contact', name: 'Same_Email', fields: ['Email'], allowSave: true }],
  validations: [
    { object: 'Contact', field: 'Title', matches: '^[A-Z]', message: 'A title begins with a capital' },
  ],
};

async function withOrg(work: (signedIn: SignedIn) => Promise<void>): Promise<void> {
  await using signedIn = await openSignedIn({ org });
  await work(signedIn);
}
const create = async (signedIn: SignedIn, fields: object, headers = {}) =>
  await signedIn.call('POST', 'sobjects/Contact', fields, headers);

// Where the bodies come from stands beside each. "design" is the project's collection of sources about the vendors.
test.each([
  [
    'a value outside a restricted picklist (design: public file quoting the body)',
    { LastName: 'X', Race__c: 'Z' },
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    'Race: bad value for restricted picklist field: Z',
    ['Race__c'],
  ],
  [
    'a dependent value under another controlling one (design: dependent picklists are enforced)',
    { LastName: 'X', Land__c: 'SE', Town__c: 'Oslo' },
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    'Town: bad value for restricted picklist field: Oslo',
    ['Town__c'],
  ],
  [
    'a text that is too long (design: two public files quoting the message)',
    { LastName: 'x'.repeat(81) },
    'STRING_TOO_LONG',
    `Last Name: data value too large: ${'x'.repeat(81)} (max length=80)`,
    ['LastName'],
  ],
  [
    'a field that is required (design: public file quoting the message)',
    { FirstName: 'X' },
    'REQUIRED_FIELD_MISSING',
    'Required fields are missing: [LastName]',
    ['LastName'],
  ],
  [
    'a validation rule (design: error code list)',
    { LastName: 'X', Title: 'boss' },
    'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    'A title begins with a capital',
    ['Title'],
  ],
  [
    'an e-mail that is none',
    { LastName: 'X', Email: 'not an address' },
    'INVALID_EMAIL_ADDRESS',
    'Email: invalid email address: not an address',
    ['Email'],
  ],
  [
    'a field that is not there',
    { LastName: 'X', Nothing__c: 1 },
    'INVALID_FIELD',
    "No such column 'Nothing__c' on sobject of type Contact",
    [],
  ],
  [
    'a parent that is not there',
    { LastName: 'X', AccountId: '001Gp0000000009' },
    'INVALID_CROSS_REFERENCE_KEY',
    'invalid cross reference id',
    [],
  ],
  [
    'an id that is none',
    { LastName: 'X', AccountId: 'x' },
    'MALFORMED_ID',
    'Account ID: id value of incorrect type: x',
    ['AccountId'],
  ],
])('%s', async (_name, fields, errorCode, message, names) => {
  await withOrg(async (signedIn) => {
    const { status, body } = await create(signedIn, fields);
    expect({ status, body }).toEqual({ status: 400, body: [{ message, errorCode, fields: names }] });
    expect((await signedIn.call('GET', 'query?q=SELECT COUNT() FROM Contact')).body['totalSize']).toBe(0);
  });
});

test('an unrestricted picklist takes anything', async () => {
  await withOrg(async (signedIn) => {
    expect((await create(signedIn, { LastName: 'X', Free__c: 'never heard' })).status).toBe(201);
  });
});

test('a value of the wrong kind, and a body that is no JSON, refuse the body', async () => {
  await withOrg(async (signedIn) => {
    for (const body of [{ LastName: ['X'] }, { LastName: 'X', Birthdate: '2026-02-30' }, '{"LastName":']) {
      const reply = await create(signedIn, body as object);
      expect(reply).toMatchObject({ status: 400, body: [{ errorCode: 'JSON_PARSER_ERROR' }] });
    }
    expect(await create(signedIn, {}, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });
});

// The misspelt key is the vendor's (design: two public files). The header does not open unique fields (design: public file).
test('a duplicate names the records it found, and can be allowed; a unique value cannot', async () => {
  await withOrg(async (signedIn) => {
    const first = await create(signedIn, { LastName: 'X', Email: 'x@example.com', Ext__c: '1' });
    const refused = await create(signedIn, { LastName: 'Y', Email: 'X@example.com' });
    expect(refused.status).toBe(400);
    expect(refused.body[0]).toMatchObject({
      errorCode: 'DUPLICATES_DETECTED',
      message: 'Use one of these records?',
      duplicateResut: {
        allowSave: true,
        duplicateRule: 'Same_Email',
        duplicateRuleEntityType: 'Contact',
        errorMessage: 'Use one of these records?',
        matchResults: [{ matchRecords: [{ record: { Id: first.body['id'] } }] }],
      },
    });
    const allow = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
    expect((await create(signedIn, { LastName: 'Y', Email: 'x@example.com' }, allow)).status).toBe(201);
    expect((await create(signedIn, { LastName: 'Z', Ext__c: '1' }, allow)).body).toEqual([
      {
        message: `duplicate value found: Ext__c duplicates value on record with id: ${wordOf(first.body['id']).slice(0, 15)}`,
        errorCode: 'DUPLICATE_VALUE',
        fields: [],
      },
    ]);
  });
});

// design: public file on an emulator of the same API, for the codes of unknown and deleted ids.
test('an id nobody has, and one that was deleted, are told apart', async () => {
  await withOrg(async (signedIn) => {
    const id = wordOf((await create(signedIn, { LastName: 'X' })).body['id']);
    const path = `sobjects/Contact/${id}`;
    expect((await signedIn.call('DELETE', path)).status).toBe(204);
    const seen: string[] = [];
    for (const [method, at] of [
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['PATCH', 'sobjects/Contact/003Gp00000000zz'],
      ['GET', 'sobjects/Contact/003Gp00000000zz'],
    ] as const) {
      const { status, body } = await signedIn.call(
        method,
        at,
        method === 'PATCH' ? { Title: 'X' } : undefined,
      );
      seen.push(`${status} ${wordOf(body[0]?.['errorCode'])}`);
    }
    expect(seen).toEqual([
      '404 NOT_FOUND',
      '404 ENTITY_IS_DELETED',
      '404 ENTITY_IS_DELETED',
      '404 INVALID_CROSS_REFERENCE_KEY',
      '404 NOT_FOUND',
    ]);
  });
});

test('who left owns nothing new, and audit fields are set only where the org allows it', async () => {
  await withOrg(async (signedIn) => {
    const users = await signedIn.call('GET', 'query?q=SELECT Id FROM User WHERE IsActive = false');
    const owner = users.body['records']?.[0]?.['Id'];
    expect(await create(signedIn, { LastName: 'X', OwnerId: owner })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INACTIVE_OWNER_OR_USER' }],
    });
    const old = { LastName: 'X', CreatedDate: '2001-02-03T04:05:06.000+0000' };
    expect(await create(signedIn, old)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }],
    });
    await signedIn.order('org', { ...org, auditFields: true, inactiveOwners: true });
    const { body } = await create(signedIn, { ...old, OwnerId: owner });
    const path = `sobjects/Contact/${wordOf(body['id'])}`;
    expect((await signedIn.call('GET', `${path}?fields=CreatedDate,OwnerId`)).body).toMatchObject({
      CreatedDate: '2001-02-03T04:05:06.000+0000',
      OwnerId: owner,
    });
    expect(await signedIn.call('PATCH', path, { CreatedDate: '2002-02-03T04:05:06.000+0000' })).toMatchObject(
      {
        status: 400,
      },
    );
  });
});

test('a field that an admin makes required refuses what was taken before; the records stay', async () => {
  await withOrg(async (signedIn) => {
    expect((await create(signedIn, { LastName: 'X' })).status).toBe(201);
    await signedIn.order('org', {
      objects: [{ name: 'Contact', fields: [{ name: 'Level__c', type: 'int', required: true }] }],
    });
    expect(await create(signedIn, { LastName: 'Y' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Level__c'] }],
    });
    expect((await signedIn.call('GET', 'query?q=SELECT COUNT() FROM Contact')).body['totalSize']).toBe(1);
  });
});

test('an external id finds, adds and changes; two that match are 300', async () => {
  await withOrg(async (signedIn) => {
    const put = async (path: string, fields: object) =>
      await signedIn.call('PATCH', `sobjects/Contact/${path}`, fields);
    const added = await put('Ext__c/a%2Fb', { LastName: 'X' });
    expect(added).toMatchObject({ status: 201, body: { success: true, created: true } });
    const changed = await put('Ext__c/A%2FB', { LastName: 'Y' });
    expect(changed).toMatchObject({ status: 200, body: { id: added.body['id'], created: false } });
    expect((await signedIn.call('GET', 'sobjects/Contact/Ext__c/a%2Fb')).body).toMatchObject({
      LastName: 'Y',
      Ext__c: 'a/b',
    });
    for (const LastName of ['1', '2']) await create(signedIn, { LastName, Key__c: 'k' });
    const several = await put('Key__c/k', { LastName: 'Z' });
    expect(several.status).toBe(300);
    expect(several.body).toHaveLength(2);
    expect((await put('Title/x', {})).status).toBe(404);
  });
});
