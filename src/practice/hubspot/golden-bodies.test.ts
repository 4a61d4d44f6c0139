import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { type Connected, openConnected } from './signed-in.contract.ts';

/** Bodies that the vendor's answers were seen to have, each with where it was seen. */
const contacts = '/crm/v3/objects/contacts';
const slow = { speed: 0.001 };
const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
const search = async (connected: Connected) => await connected.call('POST', `${contacts}/search`, {});

// HubSpot, API usage guidelines; public files of three projects quote the whole body.
test('429 of the ten seconds, with errorType', async () => {
  await using connected = await openConnected({ ...slow, account: { callsPerTenSeconds: 1 } });
  await connected.call('GET', contacts);
  const reply = await connected.call('GET', contacts);
  expect([reply.status, reply.body]).toEqual([
    429,
    {
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      correlationId: id,
      policyName: 'TEN_SECONDLY_ROLLING',
      requestId: id,
    },
  ]);
  expect(reply.headers.get('retry-after')).toBeNull();
});

// The same sources; the texts of the day and of searches.
test.each([
  ['callsADay', 'You have reached your daily limit.', 'DAILY'],
  ['searchesPerSecond', 'You have reached your secondly limit.', 'SECONDLY'],
])('429 of %s', async (limit, message, policyName) => {
  await using connected = await openConnected({ ...slow, account: { [limit]: 1, search: { lagMs: 0 } } });
  await search(connected);
  const reply = await search(connected);
  expect([reply.status, reply.body]).toMatchObject([429, { message, policyName, errorType: 'RATE_LIMIT' }]);
});

// A public file of another practice system, held against a live account, has this one.
test('429 with category in place of errorType', async () => {
  await using connected = await openConnected({
    ...slow,
    account: { callsPerTenSeconds: 1, refusalBody: 'category' },
  });
  await connected.call('GET', contacts);
  const { body } = await connected.call('GET', contacts);
  expect(body).toMatchObject({
    status: 'error',
    category: 'RATE_LIMITS',
    message: 'You have reached your ten_secondly_rolling limit.',
  });
  expect(Object.keys(body)).not.toContain('errorType');
});

// HubSpot, API usage guidelines; public files of two projects list the headers, one of them as a service key was still sent them.
test('what is left, in headers: of ten seconds and of the day, of a second for service keys; a public app has no day', async () => {
  const oauth = { kind: 'oauth', clientId: 'c', clientSecret: 's', refreshToken: 'r' };
  const apps = [
    { name: 'practice', token: 'pat-practice' },
    { name: 'service', kind: 'service-key', token: 'key' },
    { name: 'public', ...oauth },
  ];
  await using connected = await openConnected({ ...slow, account: { plan: 'starter', apps } });
  const grant = { grant_type: 'refresh_token', client_id: 'c', client_secret: 's', refresh_token: 'r' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const token = await connected.call('POST', '/oauth/v1/token', new URLSearchParams(grant).toString(), form);
  const limitsOf = async (bearer: string) => {
    const authorization = `Bearer ${bearer}`;
    const { headers } = await connected.call('GET', contacts, undefined, { authorization });
    return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-hubspot-ratelimit-')));
  };
  const tenSeconds = (most: number) => ({
    'x-hubspot-ratelimit-max': String(most),
    'x-hubspot-ratelimit-remaining': String(most - 1),
    'x-hubspot-ratelimit-interval-milliseconds': '10000',
  });
  const day = (left: number) => ({
    'x-hubspot-ratelimit-daily': '250000',
    'x-hubspot-ratelimit-daily-remaining': String(left),
  });
  expect(await limitsOf('pat-practice')).toEqual({ ...tenSeconds(100), ...day(249_999) });
  expect(await limitsOf('key')).toEqual({
    ...tenSeconds(100),
    ...day(249_998),
    'x-hubspot-ratelimit-secondly': '10',
    'x-hubspot-ratelimit-secondly-remaining': '10',
  });
  expect(await limitsOf(wordOf(token.body['access_token']))).toEqual(tenSeconds(110));
});

// HubSpot/hubspot-api-python#51
test('409 of an e-mail that is there; a batch names the first one only, and nothing of it stays', async () => {
  await using connected = await openConnected();
  const first = await connected.make('contacts', { email: 'random1@email.com' });
  await connected.make('contacts', { email: 'random2@email.com' });
  const conflict = {
    status: 'error',
    message: `Contact already exists. Existing ID: ${first}`,
    correlationId: id,
    category: 'CONFLICT',
  };
  const one = await connected.call('POST', contacts, { properties: { email: 'Random1@Email.com' } });
  expect([one.status, one.body]).toEqual([409, conflict]);
  const inputs = ['new@email.com', 'random1@email.com', 'random2@email.com'].map((email) => ({
    properties: { email },
  }));
  const all = await connected.call('POST', `${contacts}/batch/create`, { inputs });
  expect([all.status, all.body]).toEqual([409, conflict]);
  const { body } = await connected.call('GET', contacts);
  expect(body['results']).toHaveLength(2);
});

// Public files that quote it; Atlas-Authority/marketing-automation#174 for INVALID_EMAIL
test.each([
  ['lifecyclestage', 'Lead', 'INVALID_OPTION', 'Lead was not one of the allowed options: ['],
  ['email', 'no address', 'INVALID_EMAIL', 'Email address no address is invalid'],
  ['seen', 'tomorrow', 'INVALID_LONG', 'tomorrow was not a valid long.'],
])('400 of a value: %s %s is %s, as JSON inside the message', async (name, value, error, text) => {
  const objects = [{ name: 'contacts', properties: [{ name: 'seen', type: 'datetime' }] }];
  await using connected = await openConnected({ account: { objects } });
  const { status, body } = await connected.call('POST', contacts, { properties: { [name]: value } });
  expect([status, body]).toMatchObject([400, { status: 'error', category: 'VALIDATION_ERROR' }]);
  const [, list] = /^Property values were not valid: (\[.*\])$/s.exec(wordOf(body['message'])) ?? [];
  expect(JSON.parse(list ?? '')).toMatchObject([
    { isValid: false, message: expect.stringContaining(text) as unknown, error, name },
  ]);
});

// HubSpot's changelog on rules for integrations, whole but for what another project's live account has beside: localizedErrorMessage, portalId
test('400 of a validation rule, for each property that breaks it; the same on a path without a date', async () => {
  const rule = { ruleType: 'ALPHANUMERIC', ruleArguments: ['ALPHA_ONLY'] };
  const properties = ['firstname', 'lastname'].map((name) => ({ name, rules: [rule] }));
  await using connected = await openConnected({ account: { objects: [{ name: 'contacts', properties }] } });
  const given = { firstname: 'R2', lastname: 'D2' };
  const { status, body } = await connected.call('POST', contacts, { properties: given });
  expect([status, body]).toMatchObject([400, { status: 'error', category: 'VALIDATION_ERROR' }]);
  const [, list] = /^Property values were not valid: (\[.*\])$/s.exec(wordOf(body['message'])) ?? [];
  expect(JSON.parse(list ?? '')).toMatchObject([
    { isValid: false, message: 'Enter only letters', error: 'INVALID_ALPHA', name: 'firstname' },
    { isValid: false, message: 'Enter only letters', error: 'INVALID_ALPHA', name: 'lastname' },
  ]);
  await connected.make('contacts', { firstname: 'Ada' });
});

// HubSpot, property validations API: the example of contacts; every rule tells whether values are normalized before
test('the rules of all properties of an object, and of one', async () => {
  const properties = [
    { name: 'zip', rules: [{ ruleType: 'ALPHANUMERIC', ruleArguments: ['NUMERIC_ONLY'] }] },
    { name: 'age', type: 'number', rules: [{ ruleType: 'MIN_NUMBER', ruleArguments: ['1'] }] },
  ];
  await using connected = await openConnected({ account: { objects: [{ name: 'contacts', properties }] } });
  const path = '/crm/v3/property-validations/0-1';
  const normal = { shouldApplyNormalization: false };
  const zip = { ruleType: 'ALPHANUMERIC', ruleArguments: ['NUMERIC_ONLY'], ...normal };
  const age = { ruleType: 'MIN_NUMBER', ruleArguments: ['1'], ...normal };
  const all = await connected.call('GET', path);
  expect(all.body['results']).toHaveLength(2);
  expect(all.body['results']).toEqual(
    expect.arrayContaining([
      { propertyName: 'zip', propertyValidationRules: [zip] },
      { propertyName: 'age', propertyValidationRules: [age] },
    ]),
  );
  const put = { ruleArguments: ['1'] };
  expect((await connected.call('PUT', `${path}/zip/rule-type/MIN_LENGTH`, put)).status).toBe(204);
  const one = await connected.call('GET', `${path}/zip`);
  expect(one.body).toEqual({
    results: [zip, { ruleType: 'MIN_LENGTH', ruleArguments: ['1'], ...normal }],
  });
});

const unique = [{ name: 'contacts', properties: [{ name: 'ext', unique: true }] }];

// A public file that quotes it, and says that the record may stay half made.
test.each([[false], [true]])('400 of a unique value; half of the record stays: %s', async (halfCreated) => {
  await using connected = await openConnected({ account: { objects: unique, quirks: { halfCreated } } });
  const first = await connected.make('contacts', { email: 'a@example.com', ext: '7' });
  const { status, body } = await connected.call('POST', contacts, {
    properties: { email: 'b@example.com', ext: '7' },
  });
  expect([status, wordOf(body['message'])]).toEqual([
    400,
    expect.stringMatching(
      new RegExp(
        `^Cannot set PropertyValueCoordinates\\{portalId=20000001, .*propertyName=ext, value=7\\} on \\d+\\. ${first} already has that value\\.$`,
      ),
    ),
  ]);
  const all = await connected.call('GET', contacts);
  expect(all.body['results']).toHaveLength(halfCreated ? 2 : 1);
  await connected.make('contacts', { email: 'c@example.com' });
});

// HubSpot/hubspot-api-nodejs#548; segmentio/action-destinations#3957 has the end of the text
test('400 of a batch update by e-mail, and success without any change where the account is told so', async () => {
  await using connected = await openConnected({ account: { quirks: { silentBatchUpdate: true } } });
  const made = await connected.make('contacts', { email: 'someone@whoexists.com' });
  const inputs = [{ id: 'someone@whoexists.com', properties: { firstname: 'bar' } }];
  const refused = await connected.call('POST', `${contacts}/batch/update`, {
    inputs: inputs.map((input) => ({ ...input, idProperty: 'email' })),
  });
  expect([refused.status, wordOf(refused.body['message'])]).toEqual([
    400,
    expect.stringMatching(
      /^Unable to perform update\/upsert by non-unique 0-1 property email in portal ID \d+$/,
    ),
  ]);
  const silent = await connected.call('POST', `${contacts}/batch/update`, { inputs });
  expect([silent.status, silent.body['status']]).toEqual([200, 'COMPLETE']);
  const { body } = await connected.call('GET', `${contacts}/${made}`);
  expect(body['properties']?.['firstname']).toBeNull();
});

// segmentio/action-destinations#3969
test('400 of one id twice in an upsert, and nothing of it is done', async () => {
  await using connected = await openConnected({ account: { objects: unique } });
  const input = { id: '6960031223', idProperty: 'ext', properties: { firstname: 'A' } };
  const reply = await connected.call('POST', `${contacts}/batch/upsert`, { inputs: [input, input] });
  expect([reply.status, reply.body['category']]).toEqual([400, 'VALIDATION_ERROR']);
  expect((await connected.call('GET', contacts)).body['results']).toEqual([]);
});

// HubSpot's changelog of 2026-08-11, as a public file quotes it: on paths with the date 2026-09 only
test("400 of an admin's rules on dated paths", async () => {
  const required = [
    { properties: ['lastname'] },
    { when: { property: 'lifecyclestage', value: 'customer' }, properties: ['phone'] },
  ];
  await using connected = await openConnected({ account: { objects: [{ name: 'contacts', required }] } });
  const codeOf = async (properties: object) => {
    const { body } = await connected.call('POST', '/crm/objects/2026-09/contacts', { properties });
    return body['errors']?.[0]?.['code'] ?? 'none';
  };
  expect(await codeOf({ firstname: 'A' })).toBe('MISSING_REQUIRED_PROPERTY');
  expect(await codeOf({ lastname: 'A', lifecyclestage: 'customer' })).toBe(
    'MISSING_CONDITIONAL_REQUIRED_PROPERTY',
  );
  expect(await codeOf({ lastname: 'A', lifecyclestage: 'customer', phone: '1' })).toBe('none');
  await connected.make('contacts', { firstname: 'A' });
});

// HubSpot/hubspot-api-nodejs#268 has text, links and shape; public files have requiredGranularScopes.
test('403 with the names of the scopes', async () => {
  const apps = [{ name: 'practice', token: 'pat-practice', scopes: ['crm.objects.companies.read'] }];
  await using connected = await openConnected({ account: { apps } });
  const reply = await connected.call('POST', contacts, { properties: {} });
  expect([reply.status, reply.body]).toEqual([
    403,
    {
      status: 'error',
      message:
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
      correlationId: id,
      errors: [
        {
          message: 'One or more of the following scopes are required.',
          context: { requiredGranularScopes: ['crm.objects.contacts.write'] },
        },
      ],
      links: { scopes: 'https://developers.hubspot.com/scopes' },
      category: 'MISSING_SCOPES',
    },
  ]);
});

// Seen by another project on a developer test account on 2026-09-29.
test('409 of a property that is there', async () => {
  await using connected = await openConnected();
  const property = { name: 'hive_count', label: 'Hives', type: 'number', fieldType: 'number' };
  const made = await connected.call('POST', '/crm/v3/properties/companies', property);
  expect([made.status, made.headers.get('location')]).toEqual([
    201,
    `${connected.url}/crm/v3/properties/companies/hive_count`,
  ]);
  const reply = await connected.call('POST', '/crm/v3/properties/companies', property);
  expect([reply.status, reply.body]).toEqual([
    409,
    {
      status: 'error',
      message: "A property named 'hive_count' already exists.",
      correlationId: id,
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    },
  ]);
});

// HubSpot, error handling: 423 with two seconds to wait, 477 with Retry-After, 414; as public files quote it.
test('423 while records are locked, 477 while the account is migrated, 414 of a list that is too long', async () => {
  await using connected = await openConnected(slow);
  await connected.order('lock-writes', { forMs: 2_000 });
  expect((await connected.call('POST', contacts, { properties: {} })).status).toBe(423);
  expect((await connected.call('GET', contacts)).status).toBe(200);
  await connected.order('clock', { advanceMs: 2_001 });
  expect((await connected.call('POST', contacts, { properties: {} })).status).toBe(201);
  await connected.order('migrate', { forMs: 90_000 });
  const moved = await connected.call('GET', contacts);
  expect([moved.status, moved.headers.get('retry-after')]).toEqual([477, '90']);
  await connected.order('clock', { advanceMs: 90_001 });
  const long = 'a'.repeat(16_000);
  expect((await connected.call('GET', `${contacts}?properties=${long}`)).status).toBe(414);
});

test('502 and 503 in HTML, by the fault script', async () => {
  const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';
  const faults = {
    faults: [{ kind: 'refuse', status: 502, body: html, headers: { 'Content-Type': 'text/html' }, times: 1 }],
  };
  await using connected = await openConnected({ faults });
  const reply = await connected.call('GET', contacts);
  expect([reply.status, reply.text, reply.headers.get('content-type')]).toEqual([502, html, 'text/html']);
});
